/** Save what is shown as a picture, with its title and the list that it is of. */

import { quoted, whole } from "../dom.js";
import { toPng, toSvg } from "../views/pictures.js";
import * as files from "./files.js";
import { say, state } from "./page.js";

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
