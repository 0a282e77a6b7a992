/** What leaves the page: files to save, and text for other programs. */

import { h } from "../dom.js";

/** @param {string} name @param {Blob} content */
export function save(name, content) {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  link.click();
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Error("The browser did not allow to use the clipboard. Save a file instead.");
  }
}

/**
 * A cell of a table for spreadsheets. What one would take for a formula gets an apostrophe before
 * it, as OWASP advises.
 *
 * @param {string} text that a person gave
 */
export function cell(text) {
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /["'\s,;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Finite numbers need no apostrophe; "-Infinity" would be taken for a formula. @param {number | string} value */
export function finite(value) {
  return Number.isFinite(Number(value)) ? String(value) : cell(String(value));
}

/**
 * A table with its symbols, as spreadsheets read it.
 *
 * @param {string[]} labels of rows and columns
 * @param {number[][]} values
 * @param {"\t" | ","} separator
 */
export function tableText(labels, values, separator) {
  const lines = [
    ["", ...labels.map(cell)],
    ...values.map((row, i) => [cell(labels[i] ?? ""), ...row.map(finite)]),
  ];
  return `${lines.map((line) => line.join(separator)).join("\n")}\n`;
}
