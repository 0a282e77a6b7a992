/** The models: choose one, set it, train it, stop it, and see what it reaches. */

import { byId, counted, decimal } from "../dom.js";
import { MODELS } from "../registry.js";
import * as settings from "../settings.js";
import * as first from "../views/first.js";
import * as modelsView from "../views/models.js";
import * as trainingView from "../views/training.js";
import * as actions from "./actions.js";
import { ActionError } from "./engine.js";
import * as files from "./files.js";
import * as leaning from "./leaning.js";
import * as learned from "./learned.js";
import * as loads from "./loads.js";
import { attempt, attemptOnce, engine, onSubmit, refresh, say, state } from "./page.js";
import * as printed from "./printed_panel.js";
import * as runs from "./runs.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").ModelInfo} ModelInfo */
/** @typedef {import("../types").TrainReport} TrainReport */

const SAVE_EVERY = 1000; // ms of training, at least
const SAVE_SHARE = 20; // times as long as it took, before the next
const SAVE_LATEST = 4000; // ms; what was learned since is lost with Python
const LOSS_NOTE = "Mean negative log-likelihood, nats per symbol: lower is better.";

/** Settings that have no field among those of the model. */
const ELSEWHERE = new Set(["weights_seed", "with"]);

const group = byId("models");
const fields = byId("settings");
const progressBar = /** @type {HTMLProgressElement} */ (byId("training-progress"));

/** As the build wrote them into the page. @type {ModelInfo[]} */
const models = first.offered(MODELS);
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
  byId("save-model").addEventListener("click", () => attempt(saveFile));
  const file = /** @type {HTMLInputElement} */ (byId("model-file"));
  byId("open-model").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    if (chosen) attempt(() => openFile(chosen));
  });
  byId("resume").addEventListener("click", () => attemptOnce("train-form", resume));
  byId("settings-button").addEventListener("click", () => showSettings(fields.hidden === true));
  group.addEventListener("change", () => attempt(chosen));
  fields.addEventListener("input", () => typed.set(state.kind, readFields()));
  fields.addEventListener("focusout", ({ relatedTarget }) => {
    const stays = relatedTarget instanceof Node && fields.contains(relatedTarget);
    if (late && !stays) drawFields();
  });
  fields.addEventListener("change", () => {
    typed.set(state.kind, readFields());
    if (state.training) {
      say("Training goes on as it began. To go on with what you changed, press Stop, then Resume.");
    }
    show();
    changed();
  });
}

/** Offer what a model can lean on. @param {import("../types").BuiltInList[]} [known] */
export async function offerLists(known) {
  if (await leaning.find(known)) drawFieldsSoon();
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
  if (open) attempt(() => offerLists());
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
    await attemptOnce("count", train); // a net may be in training meanwhile
  }
  const { kind } = state;
  if (!state.ready || !info(kind).net) return;
  await useKernel(kind); // so that it is there when words are made, or the net is trained
  if (slower && kind === state.kind) say(`${info(kind).label} is chosen.${slower}`);
}

/** Whether the fields are to be drawn anew when nobody types in them any more. */
let late = false;

/** What has come of a model or a list takes nobody's field away. */
function drawFieldsSoon() {
  if (fields.contains(document.activeElement)) late = true;
  else drawFields();
}

function drawFields() {
  late = false;
  const seed = info().settings.find(({ name }) => name === "weights_seed")?.default;
  settings.follow("weights_seed", seed == null ? undefined : String(seed));
  modelsView.renderFields(fields, {
    settings: info()
      .settings.filter(({ name }) => !ELSEWHERE.has(name))
      .map((setting) =>
        setting.name === "background"
          ? { ...setting, choices: leaning.choices(typedSettings().background), low: undefined }
          : setting,
      ),
    typed: typed.get(state.kind) ?? {},
    card: state.cards.get(state.kind),
  });
}

/** @returns {Record<string, string>} those that differ from the defaults */
function readFields() {
  /** @type {Record<string, string>} */
  const values = {};
  for (const { name, default: standard } of info().settings) {
    if (document.getElementById(name) === null || ELSEWHERE.has(name)) continue;
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
  return Object.fromEntries(values);
}

/** What was changed of all models' settings, by kind. */
export function allTyped() {
  return Object.fromEntries(typed);
}

/** @param {Record<string, Record<string, string>>} values as of `allTyped` */
export function putTyped(values) {
  for (const [kind, own] of Object.entries(values)) if (has(kind)) typed.set(kind, own);
}

/** Forget all models: another list is in use. */
export function reset() {
  state.cards = new Map();
  state.saved = new Map();
  typed.clear();
  runs.reset();
  printed.reset();
  document.dispatchEvent(new Event("listchange"));
}

/**
 * What was set of models, and not left as it is.
 *
 * @param {string[]} kinds
 * @returns {Record<string, Record<string, string>>} by kind
 */
export function typedOf(kinds) {
  const seed = /** @type {HTMLInputElement} */ (settings.control("weights_seed"));
  /** @type {Record<string, string>} */
  const other = seed.value === seed.defaultValue ? {} : { weights_seed: seed.value };
  return Object.fromEntries(
    kinds.map((kind) => [kind, { ...typed.get(kind), ...(info(kind).net ? other : {}) }]),
  );
}

/**
 * Settings by the names of their fields; what a model chooses by itself is empty.
 *
 * @param {string} kind
 * @param {Record<string, unknown>} values
 * @param {Record<string, string>} [labels] of those that are no model's
 * @returns {Record<string, string>}
 */
export function labelled(kind, values, labels = {}) {
  const known = info(kind).settings.map(({ name, label }) => [name, label]);
  const names = new Map(
    [...known, ...Object.entries(labels)].map(([name, label]) => [name, label]),
  );
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => names.has(name) && name !== "steps")
      .map(([name, value]) => [names.get(name), String(value ?? "")]),
  );
}

/** Take a model that was trained elsewhere in the page. @param {Card} card @param {Record<string, string>} values that were typed for it */
export async function adopt(card, values) {
  await keepCard({ ...card, typed: values }, card.kind);
  if (info(card.kind).net) await save(card.kind);
  else state.saved.delete(card.kind);
  await learned.update();
  changed();
}

/**
 * Have the model whose words are to be made. It is trained if it is not yet, and counted anew if
 * what is set of it has changed; a net, which takes its time, only if that is asked for.
 *
 * @param {boolean} [renew] whether a net is to be trained anew as well
 */
export async function ensure(renew = false) {
  const { net } = info();
  const card = state.cards.get(state.kind);
  const ofSplit = card !== undefined && asNotebook(state.kind) && !card.asNotebook;
  const stale = card !== undefined && outdated(card) && (renew || !net);
  if (card !== undefined && !ofSplit && !stale) return;
  if (net && state.training) {
    throw new Error(
      `${info().label} cannot be trained while a net is: wait for it, or press Stop.`,
    );
  }
  await trainNow();
}

/** Whether a model learns the whole list, as in the notebook. @param {string} kind */
function asNotebook(kind) {
  return state.notebook && kind.startsWith("bigram");
}

/** What sets a model apart from all others: what it is, how it was trained, and how far. */
export function identity(kind = state.kind) {
  const card = state.cards.get(kind);
  if (card === undefined) return "";
  const { name, settings, step, train, facts } = card;
  const far = underWay?.kind === kind ? underWay.step : step;
  const like = facts?.like ? [facts.like] : [];
  return `${kind} ${JSON.stringify([name, settings, far, train, ...like])}`;
}

/** Which net is in training, and how far it is. @type {{ kind: string, step: number } | undefined} */
let underWay;

/**
 * What a link must have trained, in this order, to give the chosen model again.
 *
 * @returns {{ kind: string, model: Record<string, string> }[] | undefined} undefined if its settings
 *   alone do not give it: it was stopped, opened from a file, or trained in Compare
 */
export function lineage() {
  const { kind } = state;
  const card = state.cards.get(kind);
  const net = card?.facts?.net;
  const whole = Boolean(card?.asNotebook) === asNotebook(kind) || !info().net;
  if (!card?.byTraining || outdated(card) || !whole) return undefined;
  if (net === undefined) return [];
  const part = state.cards.get(net);
  if (!part?.byTraining || outdated(part) || identity(net) !== card.mixed) return undefined;
  return [{ kind: net, model: part.typed ?? {} }];
}

export async function train() {
  typed.set(state.kind, readFields()); // a form may be sent before its fields tell of a change
  const asked = { kind: state.kind, values: typedSettings() };
  if (await listIsThere()) choose(asked.kind, asked.values); // the new list began with Auto
  return trainNow();
}

/**
 * What is trained is the list that was asked for last, not the one that is about to go.
 *
 * @returns {Promise<boolean>} whether it had to be waited for
 */
async function listIsThere() {
  const awaited = loads.isUnderWay();
  if (awaited) say("Training begins as soon as the list has been read.");
  await loads.idle();
  return awaited;
}

/** For a list that has just been read: nothing is waited for. */
export async function trainNow() {
  const what = asked();
  const { kind, typed, list } = what;
  const card = await run(what, false, async (report, signal) => {
    await leaning.lend(typed.background);
    return actions.train(kind, what, report, signal);
  });
  if (list !== state.inUse) return;
  say(card === undefined || info(kind).net ? outcome(card) : `${card.name}: ${learnedIn(card)}.`);
}

/** What is to be trained, as it is set now: other things may be chosen before it has ended. */
function asked() {
  const { kind, inUse: list } = state;
  const typed = { ...typedSettings() };
  return { kind, list, typed, settings: allSettings(), whole: asNotebook(kind) };
}

/** @typedef {ReturnType<typeof asked>} Asked */

/** @param {Card} card of a counting model */
function learnedIn(card) {
  const loss = card.held_out ?? modelsView.lossOf(card);
  const which = card.held_out == null ? "mean negative log-likelihood" : "held-out loss";
  return `counted in ${card.seconds.toFixed(2)} s, ${which} ${decimal(loss ?? Number.NaN)}`;
}

async function resume() {
  await listIsThere();
  const what = asked();
  const { kind, settings } = what;
  const card = await run(what, true, (report, signal) =>
    actions.resume(kind, settings, report, signal),
  );
  say(outcome(card));
}

/** @param {Card | undefined} last */
function outcome(last) {
  if (last === undefined) return "Stopped before anything was learned.";
  const lowest = /** @type {number | undefined} */ (last.facts?.lowest);
  const loss = modelsView.lossOf(last) ?? Number.NaN;
  const what = `${last.done === false ? "Stopped" : "Trained"} after ${counted(last.step ?? 0, "step")}: loss ${decimal(loss)}.`;
  return lowest != null && last.facts?.rose
    ? `${what} It was ${decimal(lowest)} before and rose again: a smaller learning rate may end lower.`
    : `${what}${slower}`;
}

let stopping = new AbortController();
/** Settled when nothing is being trained. @type {Promise<unknown>} */
let running = Promise.resolve();

/** @typedef {(report: (report: TrainReport) => void, signal: AbortSignal) => Promise<Card | undefined>} Action */

/**
 * @param {Asked} what
 * @param {boolean} again whether a run goes on
 * @param {Action} action
 * @returns {Promise<Card | undefined>} nothing if it came to nothing, or if another list is in use
 */
async function run(what, again, action) {
  if (what.list !== state.inUse) return undefined;
  const mine = new AbortController();
  // Another list waits for no counting, but for a net's run, which it can go back to.
  document.addEventListener("listchange", () => mine.abort(), { once: true, signal: mine.signal });
  const done = advance(what, again, action, mine.signal).finally(() => mine.abort());
  if (!info(what.kind).net) return done; // a net in training goes on
  stopping = mine;
  running = done.catch(() => {});
  return done;
}

/** @param {Asked} what @param {boolean} again @param {Action} action @param {AbortSignal} signal */
async function advance(what, again, action, signal) {
  const { kind, list, typed, whole } = what;
  const { net } = info(kind);
  /** @type {TrainReport | undefined} */
  let last;
  /** @type {number | undefined} */
  let batch;
  /** @param {TrainReport} report */
  const follow = (report) => {
    if (net && last === undefined) begin(what, again, report.steps - report.step);
    last = report;
    batch = report.losses.at(-1) ?? batch;
    if (!net) return;
    showProgress(kind, report);
    const now = { ...asCard(what, report), typed, asNotebook: whole };
    const far = { ...state.cards.get(kind), ...now };
    if (performance.now() >= savedAt && report.step > 0) attempt(() => save(kind, far));
  };
  try {
    if (net) await useKernel(kind);
    const card = await action(follow, signal);
    if (card === undefined) return undefined; // stopped too early; what was there before is there
    const plain = !card.facts?.like || state.cards.get(kind)?.byTraining;
    const byTraining = Boolean(!again && plain && (!net || last?.done));
    const mixed = card.facts?.net && identity(card.facts.net);
    const how = { typed, byTraining, mixed, asNotebook: whole };
    const all = { ...card, ...how, ...reached(net, last, batch) };
    if (!(await keepCard(all, kind, list))) return undefined;
    if (net && last) await save(kind);
    else state.saved.delete(kind); // what is counted is counted anew in a moment
    await learned.update();
    return state.cards.get(kind);
  } catch (error) {
    if (error instanceof ActionError && last !== undefined) {
      // Python gave back the last good net, if there was one; the page follows it.
      const back = (await actions.cards()).find((card) => card.kind === kind);
      runs.fail(error.losses, kind);
      if (back) {
        await keepCard({ ...state.cards.get(kind), ...back }, kind);
        await save(kind);
      }
      await learned.update();
    }
    throw error;
  } finally {
    if (net) {
      state.training = false;
      underWay = undefined;
      progressBar.hidden = true;
    }
    refresh();
    changed();
  }
}

/** What it costs that the compiled kernel cannot be had, if so; known once a net was chosen. */
let slower = "";
let compiled = false;

/** Have nets trained by compiled code, where it can be had; else say what that costs. @param {string} kind */
export async function useKernel(kind) {
  if (compiled) return "";
  slower = "";
  if (!info(kind).settings.some(({ name }) => name === "recipe")) return "";
  const status = await engine.loadKernel();
  compiled = status.compiled;
  if (!compiled) slower = ` ${status.why.replace(/\.?$/, ".")} That is some ten times slower.`;
  return slower;
}

/** @param {boolean} net @param {TrainReport | undefined} last @param {number | undefined} batch loss */
function reached(net, last, batch) {
  return net && last ? { step: last.step, steps: last.steps, done: last.done, batch } : {};
}

/** Of the run: what was measured last. @type {number | null | undefined} */
let heldOut;

/** @param {Asked} asked @param {boolean} again @param {number} steps */
function begin({ kind, settings }, again, steps) {
  heldOut = undefined;
  state.training = true;
  progressBar.hidden = false;
  refresh();
  const what = { kind, name: info(kind).label, settings: labelled(kind, settings) };
  // A net from a file goes on with a run of its own.
  if (again && state.cards.get(kind)?.step) runs.resume(what);
  else {
    runs.begin(what);
    printed.begin(kind);
  }
  say(`Training for ${counted(steps, "step")}.${slower}`);
}

/** @param {string} kind @param {TrainReport} report */
function showProgress(kind, report) {
  const { step, steps, losses, seconds, train, held_out, facts } = report;
  underWay = { kind, step };
  progressBar.max = steps;
  progressBar.value = step;
  const loss = facts?.loss ?? train ?? losses.at(-1);
  runs.follow({ step, losses, seconds, held_out, loss: loss ?? Number.NaN });
  printed.add(kind, facts?.lines ?? []);
  heldOut = held_out ?? heldOut;
  if (state.kind !== kind) return;
  figures(loss, heldOut, "");
  trainingView.render(byId("loss-note"), report, LOSS_NOTE);
}

let savedAt = 0;

/**
 * Keep a model outside of Python as well, which may die, if it is not counted anew in a moment.
 *
 * @param {string} kind
 * @param {Card} [card] how far a net is, if it is under way
 */
async function save(kind, card) {
  savedAt = Number.POSITIVE_INFINITY; // until this one is done
  const begun = performance.now();
  try {
    state.saved.set(kind, await actions.checkpoint(kind));
    if (card) state.cards.set(kind, card);
  } finally {
    const now = performance.now();
    savedAt = now + Math.min(SAVE_LATEST, Math.max(SAVE_EVERY, SAVE_SHARE * (now - begun)));
  }
}

/** @param {Asked} asked @param {TrainReport} report of a net under way @returns {Card} */
function asCard({ kind, settings }, { step, steps, train, held_out, losses, facts }) {
  const { label } = info(kind);
  return {
    ...{ kind, label, name: label, settings, parameters: 0, seconds: 0, note: "" },
    ...{ whole: false, step, steps, done: false, train, held_out, batch: losses.at(-1), facts },
  };
}

/** Learn the list again with the starred words counted tenfold. @param {string[]} words */
export async function moreLike(words) {
  await listIsThere();
  await moreLikeNow(words);
}

/** For a list that has just been read: nothing is waited for. @param {string[]} words */
export async function moreLikeNow(words) {
  const kind = info().net ? "auto" : state.kind;
  choose(kind);
  const what = asked();
  await ensure();
  const card = await run(what, false, () => actions.moreLike(words, kind));
  if (card === undefined) return;
  await save(kind);
  say(
    `${card.name} has learned the list again, ${counted(words.length, "starred word")} counted tenfold.`,
  );
}

/**
 * Bring the models back to a Python that has none of them.
 *
 * @returns {Promise<string>} which could not be brought back, and why
 */
export async function restore() {
  leaning.forget();
  compiled = false;
  let lost = "";
  for (const [kind, card] of [...state.cards]) {
    try {
      await restoreOne(kind, card);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      state.cards.delete(kind);
      state.saved.delete(kind);
      lost += ` ${card.name} could not be brought back: ${error.message}`;
    }
  }
  show();
  return lost;
}

/** @param {string} kind @param {Card} card */
async function restoreOne(kind, card) {
  const saved = state.saved.get(kind);
  if (saved !== undefined) {
    await useKernel(kind);
    const { losses, ...back } = await actions.restoreModel(saved);
    if (losses.length > 0)
      runs.replace(kind, { losses, loss: modelsView.lossOf(card) ?? Number.NaN });
    const step = losses.length || card.step;
    await keepCard({ ...card, ...back, step }, kind);
  } else if (!info(kind).net) {
    await leaning.lend(card.settings.background);
    const how = { settings: plain(card.settings), whole: asNotebook(kind) };
    await keepCard({ ...card, ...(await actions.train(kind, how, () => {})) }, kind);
  } else state.cards.delete(kind);
}

/** @param {Record<string, unknown>} values */
function plain(values) {
  const known = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

/**
 * @param {Card} card
 * @param {string} kind that was asked for
 * @param {Asked["list"]} [list] that it is of
 * @returns {Promise<boolean>} whether that list is in use
 */
async function keepCard(card, kind, list = state.inUse) {
  const compared = kind === "bigram" && list === state.inUse;
  const facts = compared ? await actions.comparison(card) : undefined;
  if (list !== state.inUse) return false;
  foretold = undefined;
  state.cards.set(kind, facts ? { ...card, facts: { ...card.facts, ...facts } } : card);
  if (facts) runs.compareWith(facts);
  if (kind === state.kind) drawFieldsSoon();
  show();
  return true;
}

/**
 * What was worked out when the page was built, of a list as it comes: it stays until Python has
 * worked it out again.
 *
 * @type {{ list: string, card: Card } | undefined}
 */
let foretold;

/** @param {string} list its id @param {Card} card */
export function showPreview(list, card) {
  foretold = { list, card };
  show();
}

/** What is known of the chosen model on the list in use. */
export function known() {
  const asBuilt =
    foretold?.list === (state.inUse ?? state.source)?.id &&
    foretold?.card.kind === state.kind &&
    Object.keys(typedSettings()).length === 0;
  return state.cards.get(state.kind) ?? (asBuilt ? foretold?.card : undefined);
}

/** Show what the chosen model has reached. */
function show() {
  printed.show(state.kind);
  modelsView.renderFigures(group, state.cards);
  const card = known();
  if (card !== undefined && card === foretold?.card) {
    figures(modelsView.lossOf(card), card.held_out, first.NOTE);
    return;
  }
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
  figures(modelsView.lossOf(card), card.held_out, note);
  byId("model-panel").classList.toggle("outdated", old);
}

/** @param {Card} card */
export function outdated(card) {
  const seed = card.settings.weights_seed;
  const other = card.byTraining && card.kind === state.kind && seed != null && state.loaded;
  if (other && String(seed) !== settings.value("weights_seed")) return true;
  return asText(card.typed) !== asText(typed.get(card.kind));
}

/** @param {Record<string, string>} [values] in whatever order they were typed */
function asText(values = {}) {
  return JSON.stringify(Object.entries(values).toSorted());
}

/** @param {Card} card */
function noteOf({ name, facts, note, step, whole }) {
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

async function saveFile() {
  const { kind } = state;
  const bytes = await actions.saveModel(kind);
  const name = `makemore-${kind}.safetensors`;
  files.save(name, new Blob([bytes]));
  say(
    `${state.cards.get(kind)?.name ?? info().label} is saved as ${name}, which opens here and in Python.`,
  );
}

/** @param {Blob} file */
export async function openFile(file) {
  await listIsThere();
  const card = await actions.openModel(await file.arrayBuffer());
  choose(card.kind, changedOf(card));
  await keepCard({ ...card, typed: { ...typedSettings() } }, card.kind);
  await save(card.kind);
  await learned.update();
  refresh();
  changed();
  say(`${card.name} is in use, as the file has it.`);
}

/** Of a model's settings those that differ from the defaults. @param {Card} card */
function changedOf({ kind, settings: set }) {
  const known = info(kind).settings.filter(
    ({ name, default: standard }) => set[name] != null && set[name] !== standard,
  );
  return Object.fromEntries(known.map(({ name }) => [name, String(set[name])]));
}

/** Stop training, if it is under way, and wait until it has ended. */
export async function stop() {
  stopping.abort();
  await running;
}
