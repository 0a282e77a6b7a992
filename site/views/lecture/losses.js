/** The loss at each step, ours as a line and the notebook's as dots on it, and all of them as a table. */

import { h, whole } from "../../dom.js";
import * as curveView from "../curve.js";
import { asPrinted, named, written } from "./format.js";

/** @param {import("./types").LectureResult} result @returns {Node[]} */
export function losses({ key, label, value, digits, printed, source, begins }) {
  const ours = /** @type {number[]} */ (value);
  const theirs = /** @type {number[] | undefined} */ (printed)?.slice(0, ours.length);
  const place = h("div", {
    class: "curve",
    role: "img",
    "aria-label": `${label}, as a curve; its values are below`,
  });
  const about = { digits, source: named(source), begins };
  draw(place, ours, theirs, about);
  const details = h(
    "details",
    { "data-keep": `${key}-values` },
    h("summary", {}, `All ${whole(ours.length)} values`),
  );
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(values(label, ours, theirs, about));
  });
  return [legend(theirs ? about.source : ""), place, details];
}

/** @typedef {{ digits: number | undefined, source: string, begins: number }} About */

/** @param {string} theirs who printed the dots, if anyone */
function legend(theirs) {
  const dots = [curveView.swatch("--ink"), ` ${theirs}, every tenth`];
  return h(
    "p",
    { class: "key" },
    ...[curveView.swatch("--by-net"), " This page", ...(theirs ? [" ", ...dots] : [])],
  );
}

/** @param {HTMLElement} place @param {number[]} ours @param {number[] | undefined} theirs @param {About} about */
function draw(place, ours, theirs, { source, begins }) {
  const at = (/** @type {number} */ i) => i + begins;
  const tenth = (theirs ?? []).map((loss, i) => [at(i), loss]).filter((_, i) => i % 10 === 0);
  const lines = [
    { name: "This page", colour: "--by-net", x: ours.map((_, i) => at(i)), y: ours },
    {
      ...{ name: `${source}, every tenth`, colour: "--ink", dots: true, line: false },
      ...{ x: tenth.map(([x = 0]) => x), y: tenth.map(([, loss = 0]) => loss) },
    },
  ];
  curveView.render({ chart: place }, { lines, label: place.getAttribute("aria-label") ?? "" });
}

/**
 * @param {string} label
 * @param {number[]} ours
 * @param {number[] | undefined} theirs
 * @param {About} about
 */
function values(label, ours, theirs, { digits, source, begins }) {
  const heads = ["Step", "This page", ...(theirs ? [source] : [])];
  const rows = ours.map((loss, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, whole(i + begins)),
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
