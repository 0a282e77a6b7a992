/** The loss of the model that was trained last, and what it means. */

import { decimal } from "../dom.js";

/**
 * @param {{ figure: HTMLElement, note: HTMLElement }} elements
 * @param {{ loss: number | undefined, note: string }} data
 */
export function render({ figure, note }, data) {
  figure.textContent = data.loss === undefined ? "–" : decimal(data.loss);
  note.textContent = data.note;
}
