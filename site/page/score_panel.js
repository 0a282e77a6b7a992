/** Score a word that a person types, or one that was made, as pairs of letters: by counts, and by the net. */

import { byId, quoted } from "../dom.js";
import * as settings from "../settings.js";
import * as scoreView from "../views/score.js";
import * as actions from "./actions.js";
import { ActionError } from "./engine.js";
import { attempt, onSubmit, say, state } from "./page.js";

/** @typedef {import("../views/score.js").Judged} Judged */

const field = /** @type {HTMLInputElement} */ (settings.control("score-word"));
const result = byId("score-result");

/** @type {string | undefined} the word whose score is shown */
let scored;
/** @type {(word: string) => Promise<void>} */
let told = async () => {};

/** @param {(word: string) => Promise<void>} onWord told of each word that is scored */
export function listen(onWord) {
  told = onWord;
  result.addEventListener("click", ({ target }) => {
    const offered = target instanceof HTMLElement ? target.dataset.word : undefined;
    if (offered !== undefined) attempt(() => scoreWord(offered));
  });
  onSubmit("score-form", async () => {
    await score(field.value);
    await told(field.value);
    say(result.querySelector(".verdict")?.textContent ?? `${quoted(field.value)} is under study.`);
  });
}

/** @param {string} word */
export async function scoreWord(word) {
  field.value = word;
  await score(word);
  await told(word);
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
    const judged = [];
    // Pairs of letters are all that is scored here; they are counted whatever else was trained.
    for (const kind of ["bigram", "bigram-net"]) {
      if (kind === "bigram-net" && !state.cards.has(kind)) continue;
      const name = kind === "bigram" ? "Bigram counts" : "Bigram net";
      const of = kind === "bigram-net" ? "by-net" : "by-counts";
      judged.push({ name, kind: of, score: await actions.score(word, kind) });
    }
    if (scored !== word) return;
    if (judged.length === 0) result.replaceChildren();
    else scoreView.render(result, { word, judged });
  } catch (error) {
    if (error instanceof ActionError)
      scoreView.renderProblem(result, error.message, inLowerCase(error, word));
    throw error;
  }
}

/** A word that the list may know better: many lists are in lower case. @param {ActionError} error @param {string} word */
function inLowerCase(error, word) {
  const lower = word.toLowerCase();
  return error.name === "VocabularyError" && lower !== word ? lower : undefined;
}
