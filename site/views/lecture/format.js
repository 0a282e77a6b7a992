/** How the lecture writes numbers. */

import { whole } from "../../dom.js";

const SIGNIFICANT = 7; // what float32, and so the notebook, can tell apart

/**
 * @param {unknown} value
 * @param {number | undefined} digits after the point; without, as many as are worth showing
 */
export function written(value, digits) {
  if (value === undefined || value === null) return "–";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "not a number";
  let text = Number.isInteger(value)
    ? whole(value)
    : String(Number(value.toPrecision(SIGNIFICANT)));
  if (digits !== undefined) text = value.toFixed(digits);
  return text.replace(/^-/, "−").replace("e-", "e−");
}

/** Who printed something, at the head of a column. @param {string} source */
export function named(source) {
  return source.replace(/^the /, "The ");
}

/**
 * @param {unknown} value as the notebook printed it
 * @param {number | undefined} digits after the point, where it rounded to so many
 */
export function asPrinted(value, digits) {
  if (typeof value !== "number") return String(value);
  const exact = String(value);
  const decimals = exact.split(".")[1]?.length ?? 0;
  const rounded = digits !== undefined && decimals <= digits;
  return (rounded ? value.toFixed(digits) : exact).replace(/^-/, "−");
}
