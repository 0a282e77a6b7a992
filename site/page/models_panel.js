/** The models: choose one, set it, train it, stop it, and see what it reaches. */

import { byId, counted, decimal } from "../dom.js";
import * as settings from "../settings.js";
import * as first from "../views/first.js";
import * as modelsView from "../views/models.js";
import * as actions from "./actions.js";
import { ActionError } from "./engine.js";
import * as learned from "./learned.js";
import * as lists from "./lists.js";
import * as loads from "./loads.js";
import { attempt, attemptOnce, onSubmit, refresh, say, state } from "./page.js";
import * as runs from "./runs.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").ModelInfo} ModelInfo */
/** @typedef {import("../types").TrainReport} TrainReport */

const RISEN = 1.01; // the loss is this many times its lowest: worth a word
const FEW = 2000; // words: so short a list may lean on another
const LOSS_NOTE = "Mean negative log-likelihood, nats per symbol: lower is better.";

const group = byId("models");
const fields = byId("settings");
const progressBar = /** @type {HTMLProgressElement} */ (byId("training-progress"));

/** As the build wrote them into the page. @type {ModelInfo[]} */
const models = first.offered(JSON.parse(byId("models-data").textContent ?? "[]"));
/** What was typed, by model; what is not there is the default. @type {Map<string, Record<string, string>>} */
const typed = new Map();
/** Told when another model is chosen, or one has changed. @type {() => void} */
let changed = () => {};

/** @param {() => void} onChange */
export function listen(onChange) {
  changed = onChange;
  modelsView.render(group, { models, kind: state.kind });
  drawFields();
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
  typed.clear();
  runs.reset();
  document.dispatchEvent(new Event("listchange"));
}

/** Take a model that was trained elsewhere in the page. @param {Card} card */
export async function adopt(card) {
  typed.delete(card.kind);
  await keepCard({ ...card, typed: {} }, card.kind);
  await learned.update();
  changed();
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
  await lendIfFew();
  const how = { settings: allSettings(), whole: state.notebook && kind.startsWith("bigram") };
  const card = await run(false, (report, signal) => actions.train(kind, how, report, signal));
  say(info(kind).net ? outcome(card) : `${card.name}: ${learnedIn(card)}.`);
}

/** @param {Card} card of a counting model */
function learnedIn(card) {
  const loss = card.held_out ?? lossOf(card);
  const which = card.held_out == null ? "mean negative log-likelihood" : "held-out loss";
  return `counted in ${card.seconds.toFixed(2)} s, ${which} ${decimal(loss ?? Number.NaN)}`;
}

async function resume() {
  await listIsThere();
  const { kind } = state;
  const settings = allSettings();
  say(outcome(await run(true, (report, signal) => actions.resume(kind, settings, report, signal))));
}

/** @param {Card} last */
function outcome(last) {
  const lowest = /** @type {number | undefined} */ (last.facts?.lowest);
  const loss = lossOf(last) ?? Number.NaN;
  const what = `${last.done === false ? "Stopped" : "Trained"} after ${counted(last.step ?? 0, "step")}: loss ${decimal(loss)}.`;
  return lowest != null && loss > RISEN * lowest
    ? `${what} It was ${decimal(lowest)} before and rose again: a smaller learning rate may end lower.`
    : what;
}

/** What is told as training loss: that of the notebook has the regularization in it. @param {Card} card */
function lossOf({ facts, train }) {
  return facts?.loss ?? train ?? facts?.mean_nll;
}

let stopping = new AbortController();
/** Settled when nothing is being trained. @type {Promise<unknown>} */
let running = Promise.resolve();

/** @typedef {(report: (report: TrainReport) => void, signal: AbortSignal) => Promise<Card>} Action */

/** @param {boolean} again whether a run goes on @param {Action} action */
async function run(again, action) {
  stopping = new AbortController();
  const done = advance(again, action);
  running = done.catch(() => {});
  return done;
}

/** @param {boolean} again @param {Action} action */
async function advance(again, action) {
  const { kind } = state;
  const { net } = info(kind);
  const values = { kind, ...allSettings() };
  const typed = { ...typedSettings() };
  /** @type {TrainReport | undefined} */
  let last;
  /** @param {TrainReport} report */
  const follow = (report) => {
    if (net && last === undefined) begin(values, again, report.steps - report.step);
    last = report;
    if (net) showProgress(kind, report);
  };
  try {
    const card = await action(follow, stopping.signal);
    await keepCard({ ...card, typed, ...reached(net, last) }, kind);
    await learned.update();
    return /** @type {Card} */ (state.cards.get(kind));
  } catch (error) {
    if (error instanceof ActionError && last !== undefined) {
      // Python gave back the last good net, if there was one; the page follows it.
      const back = (await actions.cards()).find((card) => card.kind === kind);
      runs.fail(error.losses, kind);
      if (back) await keepCard({ ...state.cards.get(kind), ...back }, kind);
      await learned.update();
    }
    throw error;
  } finally {
    state.training = false;
    progressBar.hidden = true;
    refresh();
    changed();
  }
}

/** @param {boolean} net @param {TrainReport | undefined} last */
function reached(net, last) {
  return net && last ? { step: last.step, steps: last.steps, done: last.done } : {};
}

/** @param {Record<string, string>} values @param {boolean} again @param {number} steps */
function begin(values, again, steps) {
  state.training = true;
  progressBar.hidden = false;
  refresh();
  if (again) runs.resume(values);
  else runs.begin(values);
  say(`Training for ${counted(steps, "step")}.`);
}

/** @param {string} kind @param {TrainReport} report */
function showProgress(kind, report) {
  const { step, steps, losses, train, held_out, facts } = report;
  progressBar.max = steps;
  progressBar.value = step;
  const loss = facts?.loss ?? train ?? losses.at(-1);
  runs.add({ losses, loss: loss ?? Number.NaN });
  if (state.kind === kind) figures(loss, held_out, `After ${counted(step, "step")}. ${LOSS_NOTE}`);
}

/** Lists that are worth leaning on, given to Python once a list comes that is short. */
let lent = false;

async function lendIfFew() {
  if (lent || (state.summary?.count ?? FEW) >= FEW) return;
  const all = await lists.builtInLists();
  const largest = all[0];
  if (largest === undefined || largest.id === state.listId) return;
  const blob = await lists.builtIn(largest).blob();
  await actions.lend(largest.title, await blob.arrayBuffer());
  lent = true;
}

/** Bring the models back to a Python that was started anew. */
export async function restore() {
  lent = false;
  for (const [kind, card] of [...state.cards]) {
    const values = plain(card.settings);
    if (card.step !== undefined) values.steps = String(card.step);
    const how = { settings: values, whole: card.whole && info(kind).net };
    await lendIfFew();
    const back = await actions.train(kind, how, () => {});
    await keepCard({ ...card, ...back, settings: card.settings }, kind);
  }
  show();
}

/** @param {Record<string, unknown>} values */
function plain(values) {
  const known = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

/** @param {Card} card @param {string} kind that was asked for */
async function keepCard(card, kind) {
  const facts = kind === "bigram" ? await actions.comparison(card) : undefined;
  state.cards.set(kind, facts ? { ...card, facts: { ...card.facts, ...facts } } : card);
  if (facts) runs.compareWith(facts);
  if (kind === state.kind) drawFields();
  show();
}

/** @param {Card} card what was worked out when the page was built */
export function showPreview(card) {
  figures(lossOf(card), card.held_out, noteOf(card));
}

/** Show what the chosen model has reached. */
export function show() {
  modelsView.renderFigures(group, state.cards);
  const card = state.cards.get(state.kind);
  if (card === undefined) {
    if (state.loaded) {
      figures(undefined, undefined, `${info().label} is not trained on this list yet.`);
    }
    return;
  }
  const old = outdated(card);
  const note = old
    ? `Of ${card.name} as it was before you changed its settings: press Train to renew.`
    : noteOf(card);
  figures(lossOf(card), card.held_out, note);
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

/** @param {number | null | undefined} train @param {number | null | undefined} heldOut @param {string} note */
function figures(train, heldOut, note) {
  byId("loss").textContent = train == null ? "–" : decimal(train);
  byId("held-out").textContent = heldOut == null ? "–" : decimal(heldOut);
  byId("loss-note").textContent = note;
}

/** Stop training, if it is under way, and wait until it has ended. */
export async function stop() {
  stopping.abort();
  await running;
}
