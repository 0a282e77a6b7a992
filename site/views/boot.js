/** The start: one bar by bytes, and what is being done. */

import { megabytes } from "../dom.js";

/**
 * @param {HTMLElement} element
 * @param {import("../types").BootStep} step
 */
export function render(element, { text, loaded, total }) {
  const progress = /** @type {HTMLProgressElement} */ (element.querySelector("progress"));
  const label = /** @type {HTMLElement} */ (element.querySelector("label"));
  progress.value = total > 0 ? Math.min(1, loaded / total) : 0;
  label.textContent =
    loaded < total ? `${text}: ${megabytes(loaded)} of ${megabytes(total)}` : text;
}
