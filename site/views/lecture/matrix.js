/** A matrix as a table whose cells are coloured by their values. */

import { h } from "../../dom.js";
import { asPrinted, written } from "./format.js";

/** @typedef {import("./types").LectureResult} LectureResult */

/** @param {LectureResult} result @returns {Node[]} */
export function matrix(result) {
  const { key, label, value, digits, printed } = result;
  const rows = /** @type {number[][]} */ (value);
  const parts = [scrollable(result, rows, label, key, (each) => written(each, digits))];
  if (printed !== undefined) {
    const details = h(
      "details",
      { "data-keep": `${key}-printed` },
      h("summary", {}, "What the notebook printed"),
    );
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      const said = /** @type {number[][]} */ (printed);
      details.append(
        scrollable(result, said, `${label}, as printed`, `${key}-theirs`, (each) =>
          asPrinted(each, digits),
        ),
      );
    });
    parts.push(details);
  }
  return parts;
}

/**
 * @param {LectureResult} result
 * @param {number[][]} values
 * @param {string} label
 * @param {string} key
 * @param {(value: number) => string} write
 */
function scrollable({ rows, columns, signed }, values, label, key, write) {
  const most = Math.max(...values.flat().map(Math.abs)) || 1;
  const head = h(
    "tr",
    {},
    h("td", {}),
    ...columns.map((symbol) => h("th", { scope: "col" }, symbol)),
  );
  const body = values.map((row, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, rows[i] ?? ""),
      ...row.map((value) => cell(value, most, signed, write(value))),
    ),
  );
  const table = h(
    "table",
    { class: "cells", "aria-label": label },
    h("thead", {}, head),
    h("tbody", {}, ...body),
  );
  return h(
    "div",
    {
      class: "scroll",
      tabindex: 0,
      role: "region",
      "aria-label": `${label}, scrollable`,
      "data-keep": key,
    },
    table,
  );
}

/** @param {number} value @param {number} most @param {boolean} signed @param {string} text */
function cell(value, most, signed, text) {
  const size = Math.abs(value) / most;
  // The square root: a linear scale would leave all but a few cells pale.
  const element = h("td", { class: signed && value < 0 ? "below" : undefined }, text);
  element.style.setProperty("--heat", Math.sqrt(size).toFixed(3));
  return element;
}
