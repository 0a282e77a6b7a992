/** A net as boxes, from the letters in to the probabilities out; each opens to its matrices. */

import { counted, h } from "../../dom.js";
import { framed } from "./pictures.js";

/** @typedef {import("./types").Block} Block */
/** @typedef {import("./types").Picture} Picture */

/**
 * @param {HTMLElement} element
 * @param {Block[]} blocks
 * @param {(name: string) => Promise<Picture>} ask for a matrix
 */
export function render(element, blocks, ask) {
  const key = JSON.stringify(blocks);
  if (element.dataset.key === key) return; // what is open stays so
  element.dataset.key = key;
  element.hidden = blocks.length === 0;
  element.replaceChildren(
    h("h3", {}, "What it is made of"),
    h("p", { class: "note" }, "From the letters down to the next one. A box opens to its numbers."),
    h("ol", { class: "blocks" }, ...blocks.map((block) => box(block, ask))),
  );
}

/** @param {Block} block @param {(name: string) => Promise<Picture>} ask */
function box({ name, formula, parameters }, ask) {
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
      ...parameters.map((parameter) => matrix(parameter, ask)),
    ),
  );
}

/** @param {Block["parameters"][number]} parameter @param {(name: string) => Promise<Picture>} ask */
function matrix([name, shape], ask) {
  const place = h("div");
  const details = /** @type {HTMLDetailsElement} */ (
    h("details", {}, h("summary", {}, h("code", {}, name), ` ${shape.join(" × ")}`), place)
  );
  details.addEventListener("toggle", async () => {
    if (details.open) place.replaceChildren(framed(await ask(name)).element);
  });
  return details;
}
