/** A matrix as a table whose cells are coloured by their values, and what was printed of it. */

import { h } from "../../dom.js";
import { numbers } from "../numbers.js";
import { asPrinted } from "./format.js";

/** @typedef {import("./types").LectureResult} LectureResult */

/** @param {LectureResult} result @returns {Node[]} */
export function matrix(result) {
  const { key, label, value, printed } = result;
  const parts = [table(result, value, label, key)];
  if (printed !== undefined) {
    const details = h(
      "details",
      { "data-keep": `${key}-printed` },
      h("summary", {}, "What the notebook printed"),
    );
    details.addEventListener("toggle", () => {
      if (details.childElementCount > 1) return;
      const title = `${label}, as printed`;
      details.append(table(result, printed, title, `${key}-theirs`, asPrinted));
    });
    parts.push(details);
  }
  return parts;
}

/**
 * @param {LectureResult} result
 * @param {LectureResult["value"]} value
 * @param {string} title
 * @param {string} key
 * @param {typeof asPrinted} [write]
 */
function table({ rows, columns, digits, signed }, value, title, key, write) {
  const values = /** @type {number[][]} */ (value);
  const shown = numbers(
    { form: "matrix", title, values, rows, columns, digits, signed },
    { coloured: true, ...(write ? { write } : {}) },
  );
  shown.element.dataset.keep = key;
  return shown.element;
}
