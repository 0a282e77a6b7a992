/** A net as boxes, from the letters in to the probabilities out; each opens to its matrices. */

import { counted, h } from "../../dom.js";
import { framed } from "./pictures.js";

/** @typedef {import("./types").Block} Block */
/** @typedef {import("./types").Picture} Picture */

/** @typedef {(name: string, show: (picture: Picture) => void) => void} Ask for a matrix */

/** What is shown, and what fills the matrices that are open. @type {WeakMap<HTMLElement, { key: string, fills: (() => void)[] }>} */
const made = new WeakMap();

/**
 * Show blocks; of those that were there before, what is open stays so, with the numbers of now.
 *
 * @param {HTMLElement} element
 * @param {Block[]} blocks
 * @param {Ask} ask
 */
export function render(element, blocks, ask) {
  const key = JSON.stringify(blocks);
  const before = made.get(element);
  if (before?.key === key) {
    for (const fill of before.fills) fill();
    return;
  }
  /** @type {(() => void)[]} */
  const fills = [];
  made.set(element, { key, fills });
  element.hidden = blocks.length === 0;
  element.replaceChildren(
    h("h3", {}, "What it is made of"),
    h("p", { class: "note" }, "From the letters down to the next one. A box opens to its numbers."),
    h("ol", { class: "blocks" }, ...blocks.map((block) => box(block, ask, fills))),
  );
}

/** @param {Block} block @param {Ask} ask @param {(() => void)[]} fills */
function box({ name, formula, parameters }, ask, fills) {
  const total = parameters.reduce((sum, [, , size]) => sum + size, 0);
  const inside = [h("strong", {}, name), h("code", {}, formula)];
  if (total === 0) return h("li", { class: "block" }, h("div", { class: "plain" }, ...inside));
  const many = h("span", { class: "note" }, counted(total, "number"));
  return h(
    "li",
    { class: "block" },
    h(
      "details",
      {},
      h("summary", {}, ...inside, many),
      ...parameters.map((parameter) => matrix(parameter, ask, fills)),
    ),
  );
}

/** @param {Block["parameters"][number]} parameter @param {Ask} ask @param {(() => void)[]} fills */
function matrix([name, shape], ask, fills) {
  const place = h("div");
  const details = /** @type {HTMLDetailsElement} */ (
    h("details", {}, h("summary", {}, h("code", {}, name), ` ${shape.join(" × ")}`), place)
  );
  /** @type {import("./pictures.js").Framed | undefined} */
  let shown;
  const show = (/** @type {Picture} */ picture) => {
    if (shown) shown.update(picture);
    else {
      shown = framed(picture);
      place.append(shown.element);
    }
  };
  const fill = () => {
    if (details.open) ask(name, show);
  };
  details.addEventListener("toggle", fill);
  fills.push(fill);
  return details;
}
