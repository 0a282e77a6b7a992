/** The runs on the chart with their settings: its legend, and the same in words. */

import { decimal, h, whole } from "../dom.js";
import { runColour } from "./curve.js";

/**
 * @typedef {{
 *   kind: string, number: number, learning_rate: string, l2: string, weights_seed: string,
 *   losses: number[], loss: number, failed: boolean,
 * }} RunRow
 */

const HEADS = ["Run", "Rate", "Regul.", "Seed", "Steps", "Loss"];

/**
 * @param {HTMLElement} element
 * @param {RunRow[]} runs
 */
export function render(element, runs) {
  if (runs.length === 0) {
    element.replaceChildren();
    return;
  }
  element.replaceChildren(
    h(
      "table",
      { class: "runs", "aria-label": "Runs" },
      h("thead", {}, h("tr", {}, ...HEADS.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...runs.map(row)),
    ),
  );
}

/** @param {RunRow} run */
function row({ number, learning_rate, l2, weights_seed, losses, loss, failed }) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.color = `var(--run-${runColour(number)})`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, swatch, ` ${number}`),
    ...[learning_rate, l2, weights_seed, whole(losses.length)].map((text) => h("td", {}, text)),
    h("td", {}, failed ? "exploded" : decimal(loss)),
  );
}
