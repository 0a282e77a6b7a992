/** Save what is shown as a picture, with its title and the list that it is of. */

import { byId, quoted, whole } from "../dom.js";
import { toPng, toSvg } from "../views/pictures.js";
import * as files from "./files.js";
import { attempt, say, state } from "./page.js";

/** Buttons of views/picture_buttons.js need nothing else. */
export function listen() {
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const { picture, title, as } = target.dataset;
    if (picture === undefined) return;
    const element = picture ? byId(picture) : target.closest("[data-pictured]");
    if (element instanceof HTMLElement) {
      attempt(() => savePicture(element, title || nameOf(element), as === "svg" ? "svg" : "png"));
    }
  });
}

/** What a table is called. @param {HTMLElement} element */
function nameOf(element) {
  return element.querySelector("table")?.getAttribute("aria-label") ?? "Table";
}

/**
 * @param {HTMLElement} element
 * @param {string} title
 * @param {"png" | "svg"} as
 */
export async function savePicture(element, title, as) {
  const { summary } = state;
  const source = summary ? `Of ${quoted(summary.name)}, ${whole(summary.count)} words` : "";
  const picture = toSvg(element, { title, source });
  const name = `makemore-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}.${as}`;
  const svg = new Blob([picture.svg], { type: "image/svg+xml" });
  files.save(name, as === "svg" ? svg : await toPng(picture));
  say(`The picture was downloaded as ${name}.`);
}
