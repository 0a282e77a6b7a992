/** The start: one bar by bytes, and what is being done. */

import { megabytes, whole } from "../dom.js";

const DOWNLOAD = 0.7; // of the bar; the rest is for the steps after it

/**
 * @param {HTMLElement} element
 * @param {import("../types").BootStep} step
 */
export function render(element, { text, loaded, total, left, done, steps }) {
  const progress = /** @type {HTMLProgressElement} */ (element.querySelector("progress"));
  const label = /** @type {HTMLElement} */ (element.querySelector("label"));
  progress.value = total > 0 ? DOWNLOAD * (loaded / total) + (1 - DOWNLOAD) * (done / steps) : 0;
  const far = `${(loaded / 1e6).toFixed(1)} of ${megabytes(total)}`;
  const seconds = left === undefined ? "" : `, ${whole(Math.max(1, Math.ceil(left)))} s left`;
  label.textContent = loaded < total ? `${text}: ${far}${seconds}` : text;
}
