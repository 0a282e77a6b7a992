/** What the page asks of Python: one function for each action, and the shapes of their answers. */

import { FALLBACK_MODELS } from "../models.js";
import { engine } from "./page.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").MadeReport} MadeReport */
/** @typedef {import("../types").MakeRequest} MakeRequest */
/** @typedef {import("../types").ModelInfo} ModelInfo */
/** @typedef {import("../types").TrainReport} TrainReport */
/** @typedef {import("../types").Constraint} Constraint */

const OLD_NAMES = /** @type {Record<string, "counting" | "gradient">} */ ({
  auto: "counting",
  bigram: "counting",
  "bigram-net": "gradient",
});

/** @returns {Promise<ModelInfo[]>} */
export async function models() {
  return FALLBACK_MODELS;
}

/**
 * @param {string} kind
 * @param {Record<string, string>} settings as typed
 * @param {(report: TrainReport) => void} onReport
 * @param {AbortSignal} signal
 * @returns {Promise<Card>}
 */
export async function train(kind, settings, onReport, signal) {
  if (OLD_NAMES[kind] === "counting") {
    const fit = await engine.call("fit", { smoothing: settings.smoothing ?? "1" });
    return {
      ...{ kind, label: "Bigram counts", name: "Bigram counts" },
      ...{ train: fit.mean_nll, seconds: 0, parameters: 0, note: "", whole: true },
      ...{ settings: { smoothing: fit.smoothing }, facts: fit },
    };
  }
  const { steps = "300", learning_rate = "50", l2 = "0.01" } = settings;
  const weights_seed = settings.weights_seed ?? "2147483647";
  await engine.call("start_training", { steps, learning_rate, l2, weights_seed });
  return descend(settings, onReport, signal);
}

/**
 * @param {string} kind
 * @param {Record<string, string>} settings as typed
 * @param {(report: TrainReport) => void} onReport
 * @param {AbortSignal} signal
 * @returns {Promise<Card>}
 */
export async function resume(kind, settings, onReport, signal) {
  const { steps = "300", learning_rate = "50", l2 = "0.01" } = settings;
  await engine.call("resume_training", { steps, learning_rate, l2 });
  return descend({ ...settings, kind }, onReport, signal);
}

/**
 * @param {Record<string, string>} settings
 * @param {(report: TrainReport) => void} onReport
 * @param {AbortSignal} signal
 * @returns {Promise<Card>}
 */
async function descend(settings, onReport, signal) {
  const report = (/** @type {import("../types").Progress} */ progress) => ({
    ...{ step: progress.step, steps: progress.steps, losses: progress.losses },
    ...{ train: progress.loss, done: progress.done },
    facts: { lowest: progress.lowest, mean_nll: progress.mean_nll },
    run: progress.run,
  });
  const last = await engine.stream("descend", {}, (progress) => onReport(report(progress)), {
    signal,
  });
  onReport(report(last));
  return netCard(last, settings);
}

/** @param {import("../types").Progress} last @param {Record<string, string>} settings @returns {Card} */
function netCard(last, settings) {
  return {
    ...{ kind: "bigram-net", label: "Bigram net", name: "Bigram net", settings },
    ...{ train: last.loss, parameters: 0, seconds: 0, note: "", whole: true },
    ...{ step: last.step, steps: last.steps, done: last.done },
    facts: { lowest: last.lowest, mean_nll: last.mean_nll },
  };
}

/** @param {string} kind @returns {Promise<import("../types").Saved>} */
export async function saveModel(kind) {
  return { kind, saved: await engine.call("save_run") };
}

/** @param {import("../types").Saved} saved @returns {Promise<{ card: Card, losses: number[] }>} */
export async function openModel({ saved }) {
  const progress = await engine.call("restore_run", { saved });
  return { card: netCard(progress, {}), losses: progress.losses };
}

/** @returns {Promise<{ card: Card, losses: number[], run: number }>} the last good net, after a failure */
export async function lastGood() {
  const progress = await engine.call("progress");
  return { card: netCard(progress, {}), losses: progress.losses, run: progress.run };
}

/**
 * @param {MakeRequest} request
 * @param {(report: MadeReport) => void} onReport
 * @param {AbortSignal} signal
 * @returns {Promise<MadeReport>}
 */
export async function make(request, onReport, signal) {
  const { kind, count, seed, era, temperature, constraint, repeats, never } = request;
  if (signal.aborted) throw new Error("Stopped.");
  const model = OLD_NAMES[kind] ?? "counting";
  const plain = isPlain(constraint) && repeats && never.length === 0;
  if (seed !== null) {
    given.clear();
    next = Number(seed);
  }
  const many = plain ? Number(count) : Math.min(100_000, Number(count) * 8 + 200);
  const answer = await engine.call("generate", {
    model,
    ...{ count: plain ? count : String(many), seed: seed ?? String(next), era, temperature },
  });
  next += 1;
  /** @type {Record<string, number>} */
  const tally = {};
  /** @type {import("../types").GeneratedWord[]} */
  const words = [];
  let drawn = 0;
  for (const word of answer.words) {
    if (words.length >= Number(count)) break;
    drawn += 1;
    const reason = refusal(word, constraint, repeats, never);
    if (reason) tally[reason] = (tally[reason] ?? 0) + 1;
    else {
      given.add(word.word);
      words.push(word);
    }
  }
  const over = words.length < Number(count) ? "Hardly any word is as you asked." : null;
  const report = { words, drawn, tally, over, probability: null, model: "Bigram counts" };
  onReport({ ...report, model: model === "counting" ? "Bigram counts" : "Bigram net" });
  return { ...report, words: [] };
}

/** Until Python draws what is asked for by itself. @type {Set<string>} */
const given = new Set();
let next = 2147483647;

/** @param {Constraint} constraint */
function isPlain(constraint) {
  return Object.values(constraint).every((value) => value === "" || value === false);
}

/**
 * @param {import("../types").GeneratedWord} word
 * @param {Constraint} asked
 * @param {boolean} repeats
 * @param {string[]} never
 */
function refusal({ word, known }, asked, repeats, never) {
  const length = [...word].length;
  if (asked.shortest !== "" && length < Number(asked.shortest)) return "too short";
  if (asked.longest !== "" && length > Number(asked.longest)) return "too long";
  if (!word.startsWith(asked.starts) || !word.endsWith(asked.ends)) return "not as asked";
  if (asked.contains !== "" && !word.includes(asked.contains)) return "not as asked";
  if ([...asked.without].some((letter) => word.includes(letter))) return "not as asked";
  if (asked.new_only && known) return "in the list";
  if (!repeats && given.has(word)) return "made before";
  return never.some((piece) => word.includes(piece)) ? "never to be shown" : "";
}

/**
 * @param {string} kind
 * @param {Constraint} constraint
 * @param {string} temperature
 * @returns {Promise<{ possible: boolean, probability: number | null, message: string }>}
 */
export async function allowed(kind, constraint, temperature) {
  return { possible: Boolean(kind && constraint && temperature), probability: null, message: "" };
}

/** @param {string} word @param {string} kind @returns {Promise<import("../types").Score>} */
export function score(word, kind) {
  return engine.call("score", { word, model: OLD_NAMES[kind] ?? "counting" });
}

/** @param {string} word @returns {Promise<import("../types").Nearest>} */
export function nearest(word) {
  return engine.call("nearest", { word });
}
