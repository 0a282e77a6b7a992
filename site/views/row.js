/** One row of the table as bars: what follows a symbol, under either model. */

import { h } from "../dom.js";
import { probability } from "../tables.js";

/**
 * @param {{ list: HTMLElement, title: HTMLElement }} elements
 * @param {{
 *   labels: string[], row: number, sorted: boolean,
 *   counting: number[] | undefined, gradient: number[] | undefined,
 * }} data
 */
export function render({ list, title }, { labels, row, sorted, counting, gradient }) {
  const first = labels[row] ?? "";
  title.replaceChildren(
    row === 0 ? "What words begin with, after " : "What follows ",
    h("bdi", { class: "symbol" }, first),
  );
  list.dataset.about = gradient ? "count model above, net below" : "count model";
  if (counting === undefined) {
    list.replaceChildren();
    return;
  }
  const order = labels.map((_, i) => i);
  if (sorted) order.sort((a, b) => (counting[b] ?? 0) - (counting[a] ?? 0));
  const most = Math.max(...counting, ...(gradient ?? []));
  list.replaceChildren(
    ...order.map((i) => item(labels[i] ?? "", counting[i] ?? 0, gradient?.[i], most)),
  );
}

/**
 * @param {string} label
 * @param {number} counting
 * @param {number | undefined} gradient
 * @param {number} most
 */
function item(label, counting, gradient, most) {
  const bars = h("span", { class: "bars", "aria-hidden": true }, bar("by-counts", counting / most));
  if (gradient !== undefined) bars.append(bar("by-net", gradient / most));
  const net = gradient === undefined ? "" : `net ${probability(gradient)}`;
  return h(
    "li",
    {},
    h("bdi", { class: "symbol" }, label),
    bars,
    h("span", { class: "by-counts" }, probability(counting)),
    h("span", { class: "by-net" }, net),
  );
}

/** @param {string} kind @param {number} share */
function bar(kind, share) {
  const element = h("span", { class: `bar ${kind}` });
  element.style.inlineSize = `${(100 * share).toFixed(2)}%`;
  return element;
}
