/** The line that says what is in use: the list, the model, and how many words were made. */

import { byId, counted, decimal, h, whole } from "../dom.js";
import { lossOf } from "./models.js";

/**
 * @param {object} data what is not there yet leaves its part as it is
 * @param {import("../types").Summary} [data.summary]
 * @param {import("../types").Card} [data.card] of the chosen model
 * @param {string} [data.label] of the chosen model, if nothing more is known of it
 * @param {{ words: number, stars: number }} [data.made]
 */
export function render({ summary, card, label, made }) {
  if (summary) {
    byId("context-list").replaceChildren(h("bdi", {}, summary.name), ` · ${whole(summary.count)}`);
  }
  const loss = card && (card.held_out ?? lossOf(card));
  const which = card?.held_out == null ? "loss" : "held-out";
  if (loss != null) {
    byId("context-model").textContent = `${card?.name} · ${which} ${decimal(loss, 2)}`;
  } else if (label) byId("context-model").textContent = `${label} · no loss yet`;
  if (made) {
    byId("context-words").textContent = `${counted(made.words, "word")} · ★ ${whole(made.stars)}`;
  }
}
