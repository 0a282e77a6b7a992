/** The idea in one line: some words of the list, its counts as a picture, some words made of them. */

import { h } from "../dom.js";

const SHOWN = 12;

/**
 * @param {HTMLElement} element
 * @param {{ given: string[], made: string[], counts: number[][] }} data
 */
export function render(element, { given, made, counts }) {
  const picture = /** @type {HTMLCanvasElement} */ (h("canvas"));
  const arrow = () => h("span", { class: "arrow" }, "→");
  element.replaceChildren(
    some("given", given),
    h("div", { class: "middle" }, arrow(), picture, arrow()),
    some("made", made),
  );
  draw(picture, counts);
  element.setAttribute(
    "aria-label",
    `Words such as ${given.slice(0, 3).join(", ")} become a table of ${counts.length} by ${counts.length} counts; the table makes words such as ${made.slice(0, 3).join(", ")}.`,
  );
}

/** @param {string} kind @param {string[]} words */
function some(kind, words) {
  const shown = words.filter((word) => word !== "").slice(0, SHOWN);
  return h("div", { class: `some ${kind}` }, ...shown.map((word) => h("bdi", {}, word)));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[][]} counts
 */
function draw(canvas, counts) {
  canvas.width = canvas.height = counts.length;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.fillStyle = getComputedStyle(canvas).color;
  const most = Math.max(1, ...counts.map((row) => Math.max(...row)));
  for (const [i, row] of counts.entries()) {
    for (const [j, count] of row.entries()) {
      context.globalAlpha = Math.sqrt(count / most);
      context.fillRect(j, i, 1, 1);
    }
  }
}
