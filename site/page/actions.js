/** What the page asks of Python: one function for each action, and the shapes of their answers. */

import { engine } from "./page.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").MadeReport} MadeReport */
/** @typedef {import("../types").MakeRequest} MakeRequest */
/** @typedef {import("../types").TrainReport} TrainReport */
/** @typedef {import("../types").Constraint} Constraint */

/**
 * @param {string} kind
 * @param {{ settings: Record<string, string>, whole: boolean }} how settings as typed; whether to
 *   learn the whole list, as the notebook does
 * @param {(report: TrainReport) => void} onReport
 * @param {AbortSignal} [signal]
 * @returns {Promise<Card>}
 */
export function train(kind, { settings, whole }, onReport, signal) {
  return engine.stream("train", { kind, settings, whole }, onReport, { signal });
}

/**
 * Go on with a net.
 *
 * @param {string} kind
 * @param {Record<string, string>} settings as typed
 * @param {(report: TrainReport) => void} onReport
 * @param {AbortSignal} signal
 * @returns {Promise<Card>}
 */
export function resume(kind, settings, onReport, signal) {
  return engine.stream("resume", { kind, settings }, onReport, { signal });
}

/**
 * What counting pairs comes to, to compare with; the table of pairs follows.
 *
 * @param {Card} card of the bigram counts
 * @returns {Promise<import("../types").Fit>}
 */
export function comparison(card) {
  return engine.call("fit", { smoothing: card.settings.smoothing });
}

/** @returns {Promise<Card[]>} of all models that were trained on the list */
export function cards() {
  return engine.call("cards");
}

/**
 * Make words.
 *
 * @param {MakeRequest} request
 * @param {(report: MadeReport) => void} onReport
 * @param {AbortSignal} signal
 * @returns {Promise<MadeReport>} the last report, with all of the tally and no words
 */
export function make(request, onReport, signal) {
  // Python has no null: an empty seed goes on.
  return engine.stream("make", { ...request, seed: request.seed ?? "" }, onReport, { signal });
}

/**
 * @param {{ word: string }[]} words
 * @param {string[]} never words and pieces that are not to be shown
 * @returns {Promise<string[]>} which of the words are not
 */
export function refused(words, never) {
  return engine.call("refused", { words: words.map(({ word }) => word), never });
}

/**
 * @param {string} kind
 * @param {Constraint} constraint
 * @param {string} temperature
 * @returns {Promise<{ possible: boolean, probability: number | null, message: string }>}
 */
export function allowed(kind, constraint, temperature) {
  return engine.call("allowed", { kind, constraint, temperature });
}

/**
 * Learn the list again, with some words counted tenfold.
 *
 * @param {string[]} words
 * @param {string} kind
 * @returns {Promise<Card>}
 */
export function moreLike(words, kind) {
  return engine.stream("more_like", { words, kind }, () => {});
}

/** @param {string} kind @returns {Promise<import("../types").Saved>} the net and its run, as they are */
export async function checkpoint(kind) {
  return { kind, saved: await engine.call("checkpoint", { kind }) };
}

/** @param {import("../types").Saved} saved @returns {Promise<import("../types").Restored>} */
export function restoreModel({ saved }) {
  return engine.call("restore_model", { saved });
}

/** @param {string} kind @returns {Promise<Uint8Array<ArrayBuffer>>} the model as a file */
export function saveModel(kind) {
  return engine.call("save_model", { kind });
}

/** @param {string} kind @param {string} project as JSON @returns {Promise<Uint8Array<ArrayBuffer>>} a file */
export function saveProject(kind, project) {
  return engine.call("save_project", { kind, project });
}

/**
 * What is in use as a Jupyter notebook.
 *
 * @param {MakeRequest} request the words that it is to make
 * @param {string[]} stars
 * @returns {Promise<string>}
 */
export function continueInPython(request, stars) {
  return engine.call("continue_in_python", { ...request, seed: request.seed ?? "", stars });
}

/**
 * All that a model has counted, or all pairs of the list if it has not counted.
 *
 * @param {string} kind
 * @returns {Promise<{ text: string, rows: number, of: string }>}
 */
export function allCounts(kind) {
  return engine.call("all_counts", { kind });
}

/** @param {ArrayBuffer} data of such a file @returns {Promise<string>} the project as JSON */
export function openProject(data) {
  return engine.call("open_project", { data });
}

/** @param {ArrayBuffer} data of such a file @returns {Promise<Card>} */
export function openModel(data) {
  return engine.call("open_model", { data });
}

/** @param {string} word @param {string} kind @returns {Promise<import("../types").Score>} */
export function score(word, kind) {
  return engine.call("score", { word, model: kind === "bigram" ? "counting" : "gradient" });
}

/** @param {string} word @returns {Promise<import("../types").Nearest>} */
export function nearest(word) {
  return engine.call("nearest", { word });
}

/**
 * Keep a list that small ones may lean on.
 *
 * @param {string} name
 * @param {ArrayBuffer} data
 * @param {import("../types").ReadOptions} options
 */
export function lend(name, data, options) {
  return engine.call("lend", { name, data, ...options });
}
