/** One step of gradient descent beside counting: how far apart, and five words of the same seed. */

import { decimal, h, whole } from "../../dom.js";

/** @typedef {import("./types").Descended} Descended */

/** @param {HTMLElement} element @param {Descended} data */
export function render(element, { step, steps, divergence, loss, goal, words, goals }) {
  element.replaceChildren(
    h(
      "dl",
      { class: "descent-figures" },
      figure("Step", `${whole(step)} of ${whole(steps)}`),
      figure("From counting", `${decimal(divergence)} nats`),
      figure("Loss", decimal(loss)),
      figure("Counting's loss", decimal(goal)),
    ),
    h(
      "table",
      { class: "listing descent-words", "aria-label": "Words of one seed" },
      h("tbody", {}, row("Net", words), row("Counting", goals)),
    ),
  );
}

/** @param {string} name @param {string} value */
function figure(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

/** @param {string} name @param {string[]} words */
function row(name, words) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    ...words.map((word) => h("td", {}, h("bdi", {}, word))),
  );
}
