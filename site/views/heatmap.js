/** The counts as a table: keyboard, screen reader and copy work without code. */

import { counted, h, shown, whole } from "../dom.js";

/** @typedef {import("../types").Table} Table */

/**
 * @param {HTMLElement} element
 * @param {Table} table
 */
export function render(element, { symbols, rest, counts }) {
  const labels = symbols.map((symbol, i) => shown(symbol, i === 0));
  if (rest > 0) labels.push("other");
  const most = Math.max(1, ...counts.map((row) => Math.max(...row)));
  const head = h(
    "tr",
    {},
    h("td", {}),
    ...labels.map((label) => h("th", { scope: "col" }, h("bdi", {}, label))),
  );
  const body = counts.map((row, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, h("bdi", {}, labels[i] ?? "")),
      ...row.map((count, j) => cell(labels[i] ?? "", labels[j] ?? "", count, most)),
    ),
  );
  const note =
    rest > 0
      ? ` The ${counted(rest, "least frequent symbol")} ${rest === 1 ? "is" : "are"} summed as “other”.`
      : "";
  const table = h(
    "table",
    { class: "heat", "aria-label": "Bigram counts" },
    h(
      "caption",
      {},
      `How often the symbol of a column follows the symbol of a row; “.” is the start and the end of a word.${note}`,
    ),
    h("thead", {}, head),
    h("tbody", {}, ...body),
  );
  element.replaceChildren(
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Bigram counts, scrollable" },
      table,
    ),
  );
}

/**
 * @param {string} first
 * @param {string} second
 * @param {number} count
 * @param {number} most
 */
function cell(first, second, count, most) {
  // The square root: a linear scale would leave all but a few pairs pale.
  const heat = Math.sqrt(count / most);
  const element = h(
    "td",
    { class: heat > 0.5 ? "hot" : undefined },
    h("span", { class: "pair", "aria-hidden": true }, `${first}${second}`),
    h("span", { class: "count" }, whole(count)),
  );
  element.style.setProperty("--heat", heat.toFixed(3));
  return element;
}
