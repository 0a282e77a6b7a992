/** Several curves over one axis, and all their values as a table. */

import { h } from "../../dom.js";
import * as curveView from "../curve.js";
import { written } from "./format.js";

const WIDE_RANGE = 100; // from the first x to the last: drawn on a logarithmic axis

/** @param {import("./types").LectureResult} result @returns {Node[]} */
export function curves({ key, label, value, digits }) {
  const { x = [], ...lines } = /** @type {Record<string, number[]>} */ (value);
  const names = Object.keys(lines);
  const place = h("div", {
    class: "curve",
    role: "img",
    "aria-label": `${label}, as curves; their values are below`,
  });
  const shown = names.map((name, i) => {
    return { name, colour: curveView.runColour(i + 1), x, y: lines[name] ?? [], dots: true };
  });
  const wide = Number(x.at(-1)) / Number(x[0]) > WIDE_RANGE;
  const told = place.getAttribute("aria-label") ?? "";
  curveView.render({ chart: place }, { lines: shown, log: wide, label: told });
  const rows = x.map((each, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, String(each)),
      ...names.map((name) => h("td", { class: "figure" }, written(lines[name]?.[i], digits))),
    ),
  );
  const table = h(
    "table",
    { class: "listing", "aria-label": `${label}, values` },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", {}),
        ...shown.map(({ name, colour }) =>
          h("th", { scope: "col" }, curveView.swatch(colour), name),
        ),
      ),
    ),
    h("tbody", {}, ...rows),
  );
  return [place, h("div", { class: "scroll", "data-keep": key }, table)];
}
