/** Score a word that a person types, or one that was made, under both models. */

import { byId } from "../dom.js";
import * as settings from "../settings.js";
import * as scoreView from "../views/score.js";
import { ActionError } from "./engine.js";
import { engine, onSubmit, say, state } from "./page.js";

/** @typedef {import("../types").Score} Score */
/** @typedef {import("../views/score.js").Judged} Judged */

const field = /** @type {HTMLInputElement} */ (settings.control("score-word"));
const result = byId("score-result");

/** @type {string | undefined} the word whose score is shown */
let scored;

export function listen() {
  onSubmit("score-form", async () => {
    await score(field.value);
    say(result.querySelector(".verdict")?.textContent ?? "");
  });
}

/** @param {string} word */
export async function scoreWord(word) {
  field.value = word;
  await score(word);
  field.focus();
}

/** Score the word that is shown again: a model has changed. */
export async function update() {
  if (scored === undefined) return;
  try {
    await score(scored);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error; // another list may not have its symbols
  }
}

/** @param {string} word */
async function score(word) {
  scored = word;
  try {
    /** @type {Judged[]} */
    const judged = [{ name: "count model", kind: "by-counts", score: await by("counting", word) }];
    if (state.net) judged.push({ name: "net", kind: "by-net", score: await by("gradient", word) });
    if (scored === word) scoreView.render(result, { word, judged });
  } catch (error) {
    if (error instanceof ActionError) scoreView.renderProblem(result, error.message);
    throw error;
  }
}

/** @param {import("../types").Model} model @param {string} word @returns {Promise<Score>} */
function by(model, word) {
  return engine.call("score", { word, model });
}
