/** A picture's numbers as a table, coloured or plain, whose cells change in place. */

import { h, shownName } from "../dom.js";
import { written } from "./lecture/format.js";

const WIDE = 20; // columns; more are set smaller, so that all are seen at once

/** @typedef {import("./inside/types").Numbers} Numbers */
/** @typedef {import("./inside/types").Shown} Shown */
/** @typedef {{ coloured?: boolean, write?: typeof written }} Options */

/** @param {Numbers} picture @param {Options} [options] @returns {Shown} */
export function numbers(picture, { coloured = false, write = written } = {}) {
  const label = picture.title;
  const wide = picture.columns.length > WIDE ? " wide" : "";
  const shape = shapeOf(picture);
  const cells = rowsOf(picture).map((row) => row.map(() => h("td")));
  const head = picture.columns.map((name) => h("th", { scope: "col" }, symbol(name)));
  const body = cells.map((row, i) =>
    h("tr", {}, h("th", { scope: "row" }, symbol(picture.rows[i] ?? "")), ...row),
  );
  const table = h(
    "table",
    { class: coloured ? `cells${wide}` : "listing", "aria-label": label },
    h("thead", {}, h("tr", {}, h("td"), ...head)),
    h("tbody", {}, ...body),
  );
  const element = h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `${label}, scrollable` },
    table,
  );
  const fill = (/** @type {Numbers} */ next) => {
    const most = mostOf(next);
    rowsOf(next).forEach((row, i) => {
      row.forEach((value, j) => {
        const cell = cells[i]?.[j];
        if (cell) fillCell(cell, value, next, write, coloured ? most : undefined);
      });
    });
  };
  fill(picture);
  return {
    element,
    update(next) {
      if (shapeOf(next) !== shape) return false;
      fill(next);
      return true;
    },
  };
}

/**
 * @param {HTMLElement} cell
 * @param {unknown} value
 * @param {Numbers} picture
 * @param {typeof written} write
 * @param {number | undefined} most
 */
function fillCell(cell, value, { digits, signed }, write, most) {
  const text =
    typeof value === "string"
      ? shownName(value)
      : write(value, Number.isInteger(value) && most === undefined ? 0 : digits);
  if (cell.textContent !== text) cell.textContent = text;
  if (typeof value === "string") cell.classList.add("symbol");
  if (most === undefined || typeof value !== "number") return;
  cell.classList.toggle("below", signed && value < 0);
  // The square root: a linear scale would leave all but a few cells pale.
  cell.style.setProperty("--heat", Math.sqrt(Math.min(1, Math.abs(value) / most)).toFixed(3));
}

/** @param {string} name */
function symbol(name) {
  return h("bdi", {}, shownName(name));
}

/** What must stay as it is for the numbers alone to change. @param {Numbers} picture */
export function shapeOf({ form, title, rows, columns }) {
  return JSON.stringify([form, title, rows, columns]);
}

/** @param {Numbers} picture @returns {unknown[][]} */
function rowsOf({ form, values }) {
  return form === "bars" ? values.map((value) => [value]) : values;
}

/** @param {Numbers} picture */
export function mostOf({ values, most }) {
  if (most) return most;
  const all = /** @type {number[]} */ (values.flat(2)).map(Math.abs);
  return all.reduce((largest, value) => Math.max(largest, value), 0) || 1;
}
