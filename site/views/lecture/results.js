/** What a step computed, each value beside what the notebook printed. */

import { h } from "../../dom.js";
import { pictureCorner } from "../picture_buttons.js";
import { bars } from "./bars.js";
import { curves } from "./curves.js";
import { asPrinted, named, written } from "./format.js";
import { losses } from "./losses.js";
import { matrix } from "./matrix.js";
import { table } from "./table.js";

/** @typedef {import("./types").LectureResult} LectureResult */

/** @type {Record<LectureResult["view"], (result: LectureResult) => Node[]>} */
const views = { number, words: chips, numbers: chips, bars, matrix, table, losses, curves };
/** Views that can be saved as a picture. */
const PICTURES = new Set(["bars", "matrix", "table", "losses", "curves"]);
const NOTEBOOK = "Of the notebook’s 32,033 names";
const MARKS = { agrees: "✓", differs: "✗", "other-inputs": "", "needs-list": "?", "": "" };

/**
 * @param {HTMLElement} element
 * @param {LectureResult[]} results
 */
export function render(element, results) {
  const before = remember(element);
  element.replaceChildren(...results.map(card));
  restore(element, before);
}

/** @param {LectureResult} result */
function card(result) {
  const { key, label, view, of, state, said, note } = result;
  const mark = MARKS[state];
  return h(
    "section",
    {
      ...{ class: `result of-${view}`, "data-key": key, "data-state": state },
      ...{ "aria-label": label, "data-pictured": true },
      ...(of === "list" ? {} : { "data-source": of === "notebook" ? NOTEBOOK : "" }),
    },
    ...(PICTURES.has(view) && result.value !== undefined ? [pictureCorner(label)] : []),
    h("h3", { "data-not-in-picture": true }, label),
    ...(result.value === undefined
      ? [h("p", { class: "note" }, result.needs)]
      : views[view](result)),
    ...(note ? [h("p", { class: "note" }, note)] : []),
    ...(said
      ? [
          h(
            "p",
            { class: `mark ${state}` },
            ...(mark ? [h("span", { class: "sign", "aria-hidden": true }, mark), " "] : []),
            said,
          ),
        ]
      : []),
  );
}

/** @param {LectureResult} result */
function number({ value, digits, printed, source }) {
  return [
    h("p", { class: "value" }, written(value, digits)),
    ...(printed === undefined ? [] : [theirs(h("span", {}, asPrinted(printed, digits)), source)]),
  ];
}

/** @param {LectureResult} result */
function chips({ value, digits, printed, view, source }) {
  const list = (/** @type {unknown} */ values, /** @type {string} */ name, write = written) =>
    h(
      "ol",
      { class: `tokens of-${view}`, "aria-label": name },
      ...[values]
        .flat()
        .map((each) => h("li", { class: "token" }, h("bdi", {}, write(each, digits)))),
    );
  return [
    list(value, "Computed here"),
    ...(printed === undefined
      ? []
      : [theirs(list(printed, `Printed by ${source}`, asPrinted), source)]),
  ];
}

/** @param {HTMLElement} value @param {string} source who printed it */
function theirs(value, source) {
  return h("div", { class: "theirs" }, h("small", {}, named(source)), value);
}

/** What a person has opened and scrolled to stays so when values change. @param {HTMLElement} element */
function remember(element) {
  return new Map(
    [...element.querySelectorAll("[data-keep]")].map((each) => [
      each.getAttribute("data-keep"),
      { left: each.scrollLeft, top: each.scrollTop, open: each.hasAttribute("open") },
    ]),
  );
}

/** @param {HTMLElement} element @param {ReturnType<typeof remember>} before */
function restore(element, before) {
  for (const each of element.querySelectorAll("[data-keep]")) {
    const kept = before.get(each.getAttribute("data-keep"));
    if (kept === undefined) continue;
    if (kept.open) each.setAttribute("open", "");
    each.scrollTo(kept.left, kept.top);
  }
}
