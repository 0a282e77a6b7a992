/** The loss of the model that was trained last, and what it means. */

import { decimal } from "../dom.js";

export const LOSS_NOTE = "Mean negative log-likelihood, in nats per bigram: lower is better.";

/**
 * @param {{ figure: HTMLElement, note: HTMLElement }} elements
 * @param {{ loss: number | undefined, note: string }} data
 */
export function render({ figure, note }, data) {
  figure.textContent = data.loss === undefined ? "–" : decimal(data.loss);
  note.textContent = data.note;
}

/**
 * What the count model reaches.
 *
 * @param {{ figure: HTMLElement, note: HTMLElement }} elements
 * @param {import("../types").Fit} fit
 */
export function renderFit(elements, { mean_nll, smoothing, log_likelihood }) {
  const total = log_likelihood.toLocaleString("en-US", { maximumFractionDigits: 1 });
  render(elements, {
    loss: mean_nll,
    note: `By counting, with smoothing ${smoothing}; log-likelihood ${total}. ${LOSS_NOTE}`,
  });
}
