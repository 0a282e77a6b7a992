/** Several curves over one axis, and all their values as a table. */

import uPlot from "uplot";
import { h } from "../../dom.js";
import { written } from "./format.js";

const HEIGHT = 240;
const WIDE_RANGE = 100; // from the first x to the last: drawn on a logarithmic axis

/** @param {import("./types").LectureResult} result @returns {Node[]} */
export function curves({ key, label, value, digits }) {
  const { x = [], ...lines } = /** @type {Record<string, number[]>} */ (
    /** @type {unknown} */ (value)
  );
  const names = Object.keys(lines);
  const place = h("div", {
    class: "curve",
    role: "img",
    "aria-label": `${label}, as curves; their values are below`,
  });
  const drawing = new ResizeObserver(() => {
    if (!place.isConnected) drawing.disconnect();
    else if (place.clientWidth > 0) draw(place, x, lines);
  });
  drawing.observe(place);
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
      h("tr", {}, h("th", {}), ...names.map((name) => h("th", { scope: "col" }, name))),
    ),
    h("tbody", {}, ...rows),
  );
  return [place, h("div", { class: "scroll", "data-keep": key }, table)];
}

/** @param {HTMLElement} place @param {number[]} x @param {Record<string, number[]>} lines */
function draw(place, x, lines) {
  // A canvas cannot follow style sheets: their colours are looked up whenever it is drawn.
  const colour = (/** @type {string} */ name) => () => {
    place.style.color = `var(${name})`;
    const { color } = getComputedStyle(place);
    place.style.removeProperty("color");
    return color;
  };
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
  };
  const wide = Number(x.at(-1)) / Number(x[0]) > WIDE_RANGE;
  place.replaceChildren();
  new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false, distr: wide ? 3 : 1 } },
      axes: [axis, { ...axis, size: 50 }],
      series: [
        {},
        ...Object.keys(lines).map((label, i) => ({
          label,
          stroke: colour(`--run-${i + 1}`),
          width: 2,
          points: { show: true, size: 6 },
        })),
      ],
    },
    [x, ...Object.values(lines)],
    place,
  );
}
