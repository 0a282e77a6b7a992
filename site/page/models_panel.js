/** The models: choose one, set it, train it, stop it, and see what it reaches. */

import { byId, counted, decimal } from "../dom.js";
import { FALLBACK_MODELS } from "../models.js";
import * as settings from "../settings.js";
import * as modelsView from "../views/models.js";
import * as actions from "./actions.js";
import { ActionError } from "./engine.js";
import * as learned from "./learned.js";
import * as loads from "./loads.js";
import { attempt, attemptOnce, onSubmit, refresh, say, state } from "./page.js";
import * as runs from "./runs.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").ModelInfo} ModelInfo */
/** @typedef {import("../types").TrainReport} TrainReport */

const RISEN = 1.01; // the loss is this many times its lowest: worth a word
const SAVE_EVERY = 1000; // ms of training
const SAVE_RATE = 20_000; // bytes per ms of training, so that it takes a small share of the time
const LOSS_NOTE = "Mean negative log-likelihood, nats per symbol: lower is better.";

const group = byId("models");
const fields = byId("settings");
const progressBar = /** @type {HTMLProgressElement} */ (byId("training-progress"));

/** @type {ModelInfo[]} */
let models = FALLBACK_MODELS;
/** What was typed, by model; what is not there is the default. @type {Map<string, Record<string, string>>} */
const typed = new Map();
/** Told when another model is chosen, or one has changed. @type {() => void} */
let changed = () => {};

/** @param {() => void} onChange */
export function listen(onChange) {
  changed = onChange;
  onSubmit("train-form", train);
  byId("stop").addEventListener("click", () => attempt(stop));
  byId("resume").addEventListener("click", () => attemptOnce("train-form", resume));
  byId("settings-button").addEventListener("click", () => showSettings(fields.hidden === true));
  group.addEventListener("change", () => attempt(chosen));
  fields.addEventListener("change", () => {
    typed.set(state.kind, readFields());
    if (state.training) {
      say("Training goes on as it began. To go on with what you changed, press Stop, then Resume.");
    }
    show();
  });
}

/** @param {ModelInfo[]} all */
export function offer(all) {
  models = all;
  if (!models.some(({ kind }) => kind === state.kind)) state.kind = models[0]?.kind ?? "auto";
  modelsView.render(group, { models, kind: state.kind });
  drawFields();
  show();
}

export function info(kind = state.kind) {
  const found = models.find((model) => model.kind === kind);
  if (found === undefined) throw new Error(`There is no model ${JSON.stringify(kind)}.`);
  return found;
}

/** @param {string} kind */
export function has(kind) {
  return models.some((model) => model.kind === kind);
}

/** @param {boolean} open */
function showSettings(open) {
  fields.hidden = !open;
  byId("settings-button").setAttribute("aria-expanded", String(open));
}

/** Choose a model, and type its settings. @param {string} kind @param {Record<string, string>} [values] */
export function choose(kind, values) {
  if (has(kind)) state.kind = kind;
  const radio = group.querySelector(`input[value="${CSS.escape(state.kind)}"]`);
  if (radio instanceof HTMLInputElement) radio.checked = true;
  if (values) {
    const known = info().settings.filter(({ name }) => Object.hasOwn(values, name));
    typed.set(state.kind, Object.fromEntries(known.map(({ name }) => [name, values[name] ?? ""])));
  }
  drawFields();
  show();
}

async function chosen() {
  const radio = group.querySelector("input:checked");
  choose(radio instanceof HTMLInputElement ? radio.value : "auto");
  refresh();
  changed();
  // Counting takes a moment: what is chosen is there at once.
  if (state.ready && state.loaded && !info().net && !state.cards.has(state.kind)) {
    await attemptOnce("train-form", train);
  }
}

function drawFields() {
  modelsView.renderFields(fields, {
    settings: info().settings.filter(({ name }) => name !== "weights_seed"),
    typed: typed.get(state.kind) ?? {},
    card: state.cards.get(state.kind),
  });
}

/** @returns {Record<string, string>} those that differ from the defaults */
function readFields() {
  /** @type {Record<string, string>} */
  const values = {};
  for (const { name, default: standard } of info().settings) {
    if (document.getElementById(name) === null || name === "weights_seed") continue;
    const value = settings.value(name);
    if (value !== String(standard ?? "")) values[name] = value;
  }
  return values;
}

/** What was changed of the chosen model's settings. */
export function typedSettings() {
  return typed.get(state.kind) ?? {};
}

/** All settings of the chosen model, as typed. @returns {Record<string, string>} */
function allSettings() {
  const { settings: described } = info();
  const values = described.map(({ name, default: standard }) => [
    name,
    name === "weights_seed"
      ? settings.value(name)
      : (typedSettings()[name] ?? String(standard ?? "")),
  ]);
  const all = Object.fromEntries(values);
  return info().net ? { ...all, weights_seed: settings.value("weights_seed") } : all;
}

/** Forget all models: another list is in use. */
export function reset() {
  state.cards = new Map();
  state.saved = new Map();
  typed.clear();
  runs.reset();
}

/** The model whose words are to be made; it is trained first if need be. */
export async function ensure() {
  if (!state.cards.has(state.kind)) await trainNow();
}

export async function train() {
  await listIsThere();
  return trainNow();
}

/** What is trained is the list that was asked for last, not the one that is about to go. */
async function listIsThere() {
  if (loads.isUnderWay()) say("Training begins as soon as the list has been read.");
  await loads.idle();
}

/** For a list that has just been read: nothing is waited for. */
export async function trainNow() {
  const { kind } = state;
  const begin = performance.now();
  const card = await run(
    (report, signal) => actions.train(kind, allSettings(), report, signal),
    false,
  );
  card.typed = { ...typedSettings() };
  const seconds = (performance.now() - begin) / 1000;
  say(
    info(kind).net
      ? outcome(card)
      : `${card.name}: counted in ${seconds.toFixed(2)} s, mean negative log-likelihood ${decimal(card.train)}.`,
  );
}

async function resume() {
  await listIsThere();
  const { kind } = state;
  const card = await run(
    (report, signal) => actions.resume(kind, allSettings(), report, signal),
    true,
  );
  card.typed = { ...typedSettings() };
  say(outcome(card));
}

/** @param {Card} last */
function outcome(last) {
  const lowest = /** @type {number | undefined} */ (last.facts?.lowest);
  const what = `${last.done === false ? "Stopped" : "Trained"} after ${counted(last.step ?? 0, "step")}: loss ${decimal(last.train)}.`;
  return lowest != null && last.train > RISEN * lowest
    ? `${what} It was ${decimal(lowest)} before and rose again: a smaller learning rate may end lower.`
    : what;
}

let stopping = new AbortController();
/** Settled when nothing is being trained. @type {Promise<unknown>} */
let running = Promise.resolve();

/**
 * @param {(report: (report: TrainReport) => void, signal: AbortSignal) => Promise<Card>} action
 * @param {boolean} again whether a run goes on
 */
async function run(action, again) {
  stopping = new AbortController();
  const done = advance(action, again);
  running = done.catch(() => {});
  return done;
}

/**
 * @param {(report: (report: TrainReport) => void, signal: AbortSignal) => Promise<Card>} action
 * @param {boolean} again
 */
async function advance(action, again) {
  const { kind } = state;
  const net = info(kind).net;
  const values = { kind, ...allSettings() };
  let begun = false;
  try {
    const card = await action((report) => {
      if (!begun)
        begin(values, again, report.run ?? 0, report.steps - report.step + report.losses.length);
      begun = true;
      follow(kind, report);
    }, stopping.signal);
    keepCard(card, kind);
    await settle(kind, net);
    return card;
  } catch (error) {
    if (error instanceof ActionError && begun) {
      // Python gave back the last good net; the page follows it.
      const last = await actions.lastGood();
      if (last) {
        runs.fail({ run: last.run, losses: last.losses, loss: last.card.train }, error.losses);
        keepCard({ ...last.card, kind }, kind);
        await settle(kind, net);
      }
    }
    throw error;
  } finally {
    state.training = false;
    progressBar.hidden = true;
    refresh();
    changed();
  }
}

/**
 * @param {Record<string, string>} values
 * @param {boolean} again
 * @param {number} run
 * @param {number} steps
 */
function begin(values, again, run, steps) {
  state.training = true;
  progressBar.hidden = false;
  refresh();
  if (again) runs.resume(values);
  else runs.begin(values, run);
  say(`Training for ${counted(steps, "step")}.`);
}

/** @param {string} kind */
async function settle(kind, net = true) {
  if (net) await save(kind);
  await learned.update();
}

let savedAt = 0;

/** @param {string} kind @param {TrainReport} report */
function follow(kind, report) {
  progressBar.max = report.steps;
  progressBar.value = report.step;
  runs.add({ losses: report.losses, loss: report.train ?? report.losses.at(-1) ?? Number.NaN });
  if (state.kind === kind) {
    figures(
      report.train ?? report.losses.at(-1),
      report.held_out,
      `After ${counted(report.step, "step")}. ${LOSS_NOTE}`,
    );
  }
  if (performance.now() >= savedAt && report.step > 0) attempt(() => save(kind));
}

/** Keep the net outside of Python as well, which may die. @param {string} kind */
async function save(kind) {
  savedAt = Number.POSITIVE_INFINITY; // until this one is done
  let pause = SAVE_EVERY;
  try {
    const saved = await actions.saveModel(kind);
    state.saved.set(kind, saved);
    const bytes = /** @type {any} */ (saved.saved)?.weights?.byteLength ?? 0;
    pause = Math.max(pause, (2 * bytes) / SAVE_RATE);
  } finally {
    savedAt = performance.now() + pause;
  }
}

/** Bring the models back to a Python that was started anew. */
export async function restore() {
  for (const [kind, card] of [...state.cards]) {
    const saved = state.saved.get(kind);
    if (saved === undefined) {
      keepCard(
        await actions.train(kind, plain(card.settings), () => {}, new AbortController().signal),
        kind,
      );
    } else {
      const { card: back, losses } = await actions.openModel(saved);
      runs.replace({ losses, loss: back.train });
      keepCard({ ...card, ...back, settings: card.settings }, kind);
    }
  }
  show();
}

/** @param {Record<string, unknown>} values */
function plain(values) {
  const known = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

/** @param {Card} card @param {string} kind that was asked for */
function keepCard(card, kind) {
  state.cards.set(kind, card);
  if (card.facts?.uniform !== undefined) runs.compareWith(/** @type {any} */ (card.facts));
  if (kind === state.kind) drawFields();
  show();
}

/** @param {Card} card what was worked out when the page was built */
export function showPreview(card) {
  figures(card.train, card.held_out, noteOf(card));
  if (card.facts?.uniform !== undefined) runs.compareWith(/** @type {any} */ (card.facts));
}

/** Show what the chosen model has reached. */
export function show() {
  modelsView.renderFigures(group, state.cards);
  const card = state.cards.get(state.kind);
  if (card === undefined) {
    if (state.loaded)
      figures(undefined, undefined, `${info().label} is not trained on this list yet.`);
    return;
  }
  const old = outdated(card);
  figures(
    card.train,
    card.held_out,
    old
      ? `Of ${card.name} as it was before you changed its settings: press Train to renew.`
      : noteOf(card),
  );
  byId("model-panel").classList.toggle("outdated", old);
}

/** @param {Card} card */
export function outdated(card) {
  return JSON.stringify(card.typed ?? {}) !== JSON.stringify(typed.get(card.kind) ?? {});
}

/** @param {Card} card */
export function noteOf({ name, facts, note, step, whole }) {
  const parts = [step ? `${name}, after ${counted(step, "step")}` : name];
  if (facts?.smoothing !== undefined && !step) parts.push(`smoothing ${facts.smoothing}`);
  if (note && !name.includes(note)) parts.push(note);
  if (facts?.log_likelihood !== undefined) {
    parts.push(
      `log-likelihood ${/** @type {number} */ (facts.log_likelihood).toLocaleString("en-US", { maximumFractionDigits: 1 })}`,
    );
  }
  if (!whole) parts.push("its held-out words were kept out");
  return `${parts.join(", ")}. ${LOSS_NOTE}`;
}

/** @param {number | undefined} train @param {number | null | undefined} heldOut @param {string} note */
function figures(train, heldOut, note) {
  byId("loss").textContent = train === undefined ? "–" : decimal(train);
  byId("held-out").textContent = heldOut == null ? "–" : decimal(heldOut);
  byId("loss-note").textContent = note;
}

/** Stop training, if it is under way, and wait until it has ended. */
export async function stop() {
  stopping.abort();
  await running;
}
