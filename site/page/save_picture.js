/** Save what is shown as a picture, with its title and the list that it is of. */

import { byId, counted, quoted } from "../dom.js";
import { toPng, toSvg } from "../views/pictures.js";
import * as files from "./files.js";
import { attempt, say, state } from "./page.js";

const LONGEST_NAME = 100; // characters

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

/** What it, or the table in it, is called. @param {HTMLElement} element */
function nameOf(element) {
  const named = element.hasAttribute("aria-labelledby") ? element : element.querySelector("table");
  const by = document.getElementById(named?.getAttribute("aria-labelledby") ?? "");
  return by?.textContent || named?.getAttribute("aria-label") || "Table";
}

/**
 * What it is of stands around it: `data-about` says of which model and word, `data-source` of which
 * words, if not of the list in use.
 *
 * @param {HTMLElement} element
 * @param {string} what
 * @param {"png" | "svg"} as
 */
async function savePicture(element, what, as) {
  const title = [what, closest(element, "about")].filter(Boolean).join(" – ");
  const { summary } = state;
  const own = summary ? `Of ${quoted(summary.name)}, ${counted(summary.count, "word")}` : "";
  const picture = toSvg(element, { title, source: closest(element, "source") ?? own });
  const name = `makemore-${slug(title)}.${as}`;
  const svg = new Blob([picture.svg], { type: "image/svg+xml" });
  files.save(name, as === "svg" ? svg : await toPng(picture));
  say(`The picture was downloaded as ${name}.`);
}

/** @param {HTMLElement} element @param {"about" | "source"} name */
function closest(element, name) {
  const around = element.closest(`[data-${name}]`);
  return around instanceof HTMLElement ? around.dataset[name] : undefined;
}

/** Letters of all scripts and digits. @param {string} title */
function slug(title) {
  const words = title.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["picture"];
  return words.join("-").slice(0, LONGEST_NAME);
}
