/** The loss at each step, ours as a line and the notebook's as dots on it, and all of them as a table. */

import uPlot from "uplot";
import { h, whole } from "../../dom.js";
import { asPrinted, written } from "./format.js";

const HEIGHT = 240;
const BEFORE = 10; // steps that the notebook did before it printed any

/** @param {import("./types").LectureResult} result @returns {Node[]} */
export function losses({ key, label, value, digits, printed }) {
  const ours = /** @type {number[]} */ (value);
  const theirs = /** @type {number[] | undefined} */ (printed)?.slice(0, ours.length);
  const place = h("div", {
    class: "curve",
    role: "img",
    "aria-label": `${label}, as a curve; its values are below`,
  });
  const drawing = new ResizeObserver(() => {
    if (!place.isConnected) drawing.disconnect();
    else if (place.clientWidth > 0) draw(place, ours, theirs);
  });
  drawing.observe(place);
  const details = h(
    "details",
    { "data-keep": `${key}-values` },
    h("summary", {}, `All ${whole(ours.length)} values`),
  );
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(values(label, ours, theirs, digits));
  });
  return [place, details];
}

/** @param {HTMLElement} place @param {number[]} ours @param {number[] | undefined} theirs */
function draw(place, ours, theirs) {
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
  const steps = ours.map((_, i) => i + 1 + BEFORE);
  const dots = ours.map((_, i) => (i % 10 === 0 ? (theirs?.[i] ?? null) : null));
  place.replaceChildren();
  new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false } },
      axes: [axis, { ...axis, size: 50 }],
      series: [
        { label: "Step" },
        { label: "This page", stroke: colour("--by-net"), width: 2, points: { show: false } },
        ...(theirs
          ? [
              {
                label: "The notebook, every tenth",
                stroke: colour("--ink"),
                paths: () => null,
                points: { show: true, size: 6 },
              },
            ]
          : []),
      ],
    },
    theirs ? [steps, ours, dots] : [steps, ours],
    place,
  );
}

/**
 * @param {string} label
 * @param {number[]} ours
 * @param {number[] | undefined} theirs
 * @param {number | undefined} digits
 */
function values(label, ours, theirs, digits) {
  const heads = ["Step", "This page", ...(theirs ? ["Notebook"] : [])];
  const rows = ours.map((loss, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, whole(i + 1 + BEFORE)),
      h("td", { class: "figure" }, written(loss, digits)),
      ...(theirs
        ? [
            h(
              "td",
              { class: "printed" },
              theirs[i] === undefined ? "" : asPrinted(theirs[i], undefined),
            ),
          ]
        : []),
    ),
  );
  return h(
    "div",
    {
      class: "scroll",
      tabindex: 0,
      role: "region",
      "aria-label": `${label}, all values, scrollable`,
    },
    h(
      "table",
      { class: "listing", "aria-label": label },
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows),
    ),
  );
}
