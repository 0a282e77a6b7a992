/** One cell of the table in full: its count, its share, and what either model gives. */

import { decimal, h, whole } from "../dom.js";
import { sum } from "../tables.js";

/** @typedef {import("../types").Tables} Tables */

/**
 * @param {HTMLElement} element
 * @param {{ tables: Tables, labels: string[], row: number, column: number }} data
 */
export function render(element, { tables, labels, row, column }) {
  const counts = tables.counts[row] ?? [];
  const count = counts[column] ?? 0;
  const total = sum(counts);
  const first = labels[row] ?? "";
  const share = total > 0 ? `${((100 * count) / total).toFixed(2)} %` : "–";
  element.replaceChildren(
    fact("Pair", `${first} ${labels[column] ?? ""}`, "pair"),
    fact("Count", whole(count)),
    fact(`Share of row ${first}`, share),
    fact("Count model", likely(tables.counting?.[row]?.[column]), "by-counts"),
    fact("Net", likely(tables.gradient?.[row]?.[column], "not trained"), "by-net"),
  );
}

/** @param {string} name @param {string} value @param {string} [kind] */
function fact(name, value, kind) {
  return h(
    "div",
    { class: kind },
    h("dt", {}, h("bdi", {}, name)),
    h("dd", {}, h("bdi", {}, value)),
  );
}

/** @param {number | undefined} probability @param {string} [without] */
function likely(probability, without = "…") {
  if (probability === undefined) return without;
  const value =
    probability === 0
      ? "0"
      : probability < 0.001
        ? probability.toExponential(1)
        : decimal(probability);
  return `${value}, ln ${decimal(Math.log(probability), 2).replace("-", "−")}`;
}
