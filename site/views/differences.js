/** How far the models are apart: one number, and where they differ most. */

import { decimal, h, legend, shownName } from "../dom.js";
import { probability } from "../tables.js";

/** @typedef {import("../types").Tables} Tables */

/**
 * @param {HTMLElement} element
 * @param {Tables} tables
 */
export function render(element, { divergence, differences }) {
  if (divergence == null) {
    element.replaceChildren(
      h("p", { class: "empty-state" }, "Train with gradient descent to compare the two models."),
    );
    return;
  }
  element.replaceChildren(
    h(
      "p",
      { class: "divergence" },
      h("strong", {}, decimal(divergence, 5)),
      " nats per bigram: the mean Kullback–Leibler divergence of the net from the count model, which is what is lost by guessing with the net where the count model holds.",
    ),
    h(
      "table",
      { class: "differences", "aria-label": "Largest differences" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["Pair", "Count model", "Net", "Difference"].map((name) =>
            h("th", { scope: "col" }, name),
          ),
        ),
      ),
      h("tbody", {}, ...differences.map(row)),
    ),
    h("p", { class: "note" }, legend(differences.flatMap((one) => one.slice(0, 2).map(String)))),
  );
}

/** @param {[string, string, number, number]} difference */
function row([first, second, counting, gradient]) {
  const gap = gradient - counting;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("bdi", {}, `${shownName(first)}${shownName(second)}`)),
    h("td", {}, probability(counting)),
    h("td", {}, probability(gradient)),
    h(
      "td",
      { class: gap < 0 ? "by-counts" : "by-net" },
      `${gap < 0 ? "−" : "+"}${probability(Math.abs(gap))}`,
    ),
  );
}
