/** The start: one bar by bytes, and what is being done. */

import { megabytes } from "../dom.js";

const DOWNLOAD = 0.7; // of the bar; the rest is for the steps after it

/**
 * @param {HTMLElement} element
 * @param {import("../types").BootStep} step
 */
export function render(element, { text, loaded, total, done, steps }) {
  const progress = /** @type {HTMLProgressElement} */ (element.querySelector("progress"));
  const label = /** @type {HTMLElement} */ (element.querySelector("label"));
  progress.value = total > 0 ? DOWNLOAD * (loaded / total) + (1 - DOWNLOAD) * (done / steps) : 0;
  label.textContent =
    loaded < total ? `${text}: ${megabytes(loaded)} of ${megabytes(total)}` : text;
}
