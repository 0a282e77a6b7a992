/** What a table of V × V shows: its values, how they are written, and how strongly coloured. */

import { decimal, whole } from "./dom.js";

/** @typedef {import("./types").Tables} Tables */
/** @typedef {{ of: "counts" | "net" | "difference", by: "count" | "probability" | "log" }} Choice */
/**
 * Heat is 0 for nothing and 1 for the most; in a difference, −1 for the most that is missing.
 *
 * @typedef {{
 *   name: string,
 *   values: number[][],
 *   text: (value: number) => string,
 *   heat: (value: number) => number,
 *   ticks: { at: number, text: string }[],
 *   signed: boolean,
 * }} Shown
 */

const LOWEST_LOG = -14; // a smaller one would leave the others without contrast
const NAMES = {
  counts: {
    count: "Bigram counts",
    probability: "Bigram probabilities by counting",
    log: "Bigram log-probabilities by counting",
  },
  net: {
    count: "Bigram counts that the net expects",
    probability: "Bigram probabilities of the net",
    log: "Bigram log-probabilities of the net",
  },
  difference: {
    count: "Expected counts, net minus counting",
    probability: "Probabilities, net minus counting",
    log: "Log-probabilities, net minus counting",
  },
};

/** @param {Tables} tables @param {Choice} choice @returns {Shown} */
export function tableOf(tables, choice) {
  const signed = choice.of === "difference";
  const both = tables.gradient
    ? [valuesOf(tables, "counts", choice.by), valuesOf(tables, "net", choice.by)]
    : [valuesOf(tables, "counts", choice.by)];
  const values = signed
    ? minus(both[1] ?? [], both[0] ?? [])
    : (both[choice.of === "net" ? 1 : 0] ?? []);
  // Both models share one scale, so that their colours can be compared.
  const heat = signed ? aroundZero(values) : fromNothing(both, choice.by);
  const text = (/** @type {number} */ value) => written(value, choice.by, signed);
  return { name: NAMES[choice.of][choice.by], values, text, signed, ...withTicks(heat, text) };
}

/**
 * @param {Tables} tables
 * @param {"counts" | "net"} model
 * @param {Choice["by"]} by
 */
function valuesOf({ counts, counting, gradient }, model, by) {
  if (model === "counts" && by === "count") return counts;
  const probabilities = (model === "net" ? gradient : counting) ?? [];
  if (by === "probability") return probabilities;
  if (by === "log") return probabilities.map((row) => row.map(Math.log));
  return probabilities.map((row, i) => {
    const total = sum(counts[i] ?? []);
    return row.map((probability) => probability * total);
  });
}

/** @param {number[]} row */
export function sum(row) {
  return row.reduce((total, value) => total + value, 0);
}

/** @param {number[][]} table @param {number[][]} other */
function minus(table, other) {
  return table.map((row, i) =>
    row.map((value, j) => {
      const before = other[i]?.[j] ?? 0;
      return value === before ? 0 : value - before; // −∞ − −∞ is no difference
    }),
  );
}

/** @typedef {{ heat: (value: number) => number, value: (heat: number) => number, low: number }} Heat */

/** @param {number[][][]} tables @param {Choice["by"]} by @returns {Heat} */
function fromNothing(tables, by) {
  const all = tables.flat(2).filter(Number.isFinite);
  if (by === "log") {
    const low = Math.max(LOWEST_LOG, Math.min(-1, smallest(all)));
    return { heat: (v) => Math.max(0, 1 - v / low), value: (heat) => low * (1 - heat), low: 0 };
  }
  const most = Math.max(Number.MIN_VALUE, largest(all));
  return rooted(most, 0);
}

/** @param {number[][]} values @returns {Heat} */
function aroundZero(values) {
  const all = values.flat().filter(Number.isFinite).map(Math.abs);
  return rooted(Math.max(Number.MIN_VALUE, largest(all)), -1);
}

/**
 * The square root: a linear scale would leave all but a few pairs pale.
 *
 * @param {number} most
 * @param {number} low
 * @returns {Heat}
 */
function rooted(most, low) {
  return {
    heat: (v) => Math.sign(v) * Math.sqrt(Math.min(1, Math.abs(v) / most)),
    value: (heat) => Math.sign(heat) * heat * heat * most,
    low,
  };
}

/** @param {Heat} scale @param {(value: number) => string} text */
function withTicks({ heat, value, low }, text) {
  const at = low < 0 ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  return { heat, ticks: at.map((place) => ({ at: place, text: text(value(place)) })) };
}

// Not Math.max(...all): a table of thousands of cells would be thousands of arguments.
/** @param {number[]} all */
function largest(all) {
  return all.reduce((most, value) => Math.max(most, value), 0);
}

/** @param {number[]} all */
function smallest(all) {
  return all.reduce((least, value) => Math.min(least, value), 0);
}

/** @param {number} value @param {Choice["by"]} by @param {boolean} signed */
function written(value, by, signed) {
  const size = Math.abs(value);
  const text =
    by === "probability" ? probability(size) : by === "log" ? decimal(size, 2) : number(size);
  const sign = value < 0 ? "−" : signed && value > 0 ? "+" : "";
  return /[1-9∞]/.test(text) ? sign + text : text;
}

/** @param {number} value a count, or an expected one */
function number(value) {
  return Number.isInteger(value) || value >= 9.95 ? whole(Math.round(value)) : value.toFixed(1);
}

/** @param {number} value from 0 to 1 */
export function probability(value) {
  if (value === 0) return "0";
  return value < 0.0005 ? value.toExponential(0) : value.toFixed(3);
}
