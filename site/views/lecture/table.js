/** A table of results, with what was printed beside ours. */

import { h } from "../../dom.js";
import { asPrinted, named, written } from "./format.js";

/** @param {import("./types").LectureResult} result @returns {Node[]} */
export function table({ key, label, value, table: columns, source }) {
  const rows = /** @type {(number | string)[][]} */ (value);
  const most = Math.max(
    ...rows.flatMap((row) => columns.map(({ bar }, i) => (bar ? Number(row[i]) : 0))),
  );
  const head = columns.flatMap(({ label, printed }) => [
    h("th", { scope: "col" }, label),
    ...(printed ? [h("th", { scope: "col", class: "printed" }, named(source))] : []),
  ]);
  const body = rows.map((row, at) =>
    h(
      "tr",
      {},
      ...columns.flatMap(({ digits, bar, printed }, i) => [
        cell(row[i], digits, bar ? most : 0),
        ...(printed ? [h("td", { class: "printed" }, asPrinted(printed[at], digits))] : []),
      ]),
    ),
  );
  return [
    h(
      "div",
      {
        class: "scroll",
        tabindex: 0,
        role: "region",
        "aria-label": `${label}, scrollable`,
        "data-keep": key,
      },
      h(
        "table",
        { class: "listing", "aria-label": label },
        h("thead", {}, h("tr", {}, ...head)),
        h("tbody", {}, ...body),
      ),
    ),
  ];
}

/** @param {number | string | undefined} value @param {number | undefined} digits @param {number} most */
function cell(value, digits, most) {
  const numeric = typeof value === "number";
  const element = h(
    "td",
    { class: [numeric ? "figure" : "", most > 0 ? "with-bar" : ""].join(" ").trim() || undefined },
    h("bdi", {}, written(value, digits)),
  );
  if (most > 0) element.style.setProperty("--share", String(Number(value) / most));
  return element;
}
