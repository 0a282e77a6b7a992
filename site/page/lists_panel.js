/** Step 1: choose, upload or paste a list; see what it holds. */

import { byId, counted, quoted } from "../dom.js";
import * as settings from "../settings.js";
import * as first from "../views/first.js";
import * as summaryView from "../views/summary.js";
import * as drops from "./drops.js";
import * as more from "./generate_panel.js";
import * as idea from "./idea.js";
import * as learned from "./learned.js";
import * as lists from "./lists.js";
import * as loads from "./loads.js";
import { attempt, attemptOnce, engine, refresh, say, state } from "./page.js";
import * as pasting from "./pasting.js";
import * as reading from "./reading_panel.js";
import * as model from "./table_panel.js";
import * as train from "./train_panel.js";

/** @typedef {import("./lists.js").Source} Source */
/** @typedef {import("../types").Summary} Summary */

const select = settings.control("list");
const upload = /** @type {HTMLInputElement} */ (settings.control("upload"));
const paste = /** @type {HTMLTextAreaElement} */ (byId("paste"));

export function listen() {
  upload.addEventListener("change", () => {
    useFile(upload.files?.[0]);
    upload.value = ""; // so that the same file can be chosen again after a change
  });
  drops.listen({ useFile, useText, refuse: (why) => say(why, true) });
  pasting.listen(paste, useText);
  byId("use-paste").addEventListener("click", () => attempt(usePaste));
  byId("undo-list").addEventListener("click", () => attemptOnce("undo", undo));
  byId("reading-options").addEventListener("click", () => attempt(chooseAgain));
  reading.listen(use);
}

/**
 * Use a list: look at it, let a person choose how to read it if there is a choice, and read it. The
 * one in use stays until the new one has been read to its end.
 *
 * @param {Source} source
 */
export async function use(source) {
  state.source = source;
  if (!state.ready) {
    // Why it failed, and what to do, is more than this.
    if (!state.failed) say(`${quoted(source.name)} will be read as soon as Python is ready.`);
    if (source.id && state.inUse === undefined) await showPreview(source.id);
    return;
  }
  await loads.ask((signal) => load(source, signal));
}

/** @param {Source} source @param {AbortSignal} signal */
async function load(source, signal) {
  try {
    if (source.options === undefined && (await reading.needsChoice(source, signal))) {
      select.value = state.inUse?.id ?? ""; // not what was chosen before this, if that was given up
      return;
    }
    await readAndUse(source, signal);
  } catch (error) {
    if (loads.isSuperseded(signal)) throw error;
    state.source = state.inUse;
    select.value = state.inUse?.id ?? "";
    if (!(error instanceof reading.CancelledError)) throw error;
    say(error.message);
  }
}

/** @param {Source} source @param {AbortSignal} signal */
async function readAndUse(source, signal) {
  const trained = state.training;
  await train.stop(); // the net goes with its list, the moment the new one has been read
  const began = performance.now();
  state.reading = true;
  const summary = await reading
    .read(source, signal)
    .catch((error) => {
      if (trained) error.message += " Training was stopped for it: press Resume to go on.";
      throw error;
    })
    .finally(() => {
      state.reading = false;
    });
  const seconds = (performance.now() - began) / 1000;
  before = pageState();
  current = summary;
  state.inUse = source;
  state.listId = source.id;
  state.loaded = true;
  train.reset();
  reading.close();
  await showSummary(summary);
  const problem = await train.fitNewList();
  await learned.update();
  await more.first();
  select.value = source.id ?? "";
  say(
    `${counted(summary.count, "word")} of ${quoted(summary.name)} read and counted in ${seconds.toFixed(2)} s.${problem}`,
    problem !== "",
  );
  settings.toUrl(state.listId);
  refresh();
}

/** What the page holds of a list, so that a person can come back to it. */
function pageState() {
  const { inUse, saved, smoothing, generated } = state;
  return { inUse, saved, smoothing, generated };
}

/** Of the list before. @type {ReturnType<typeof pageState> | undefined} */
let before;
/** Whether the list in use, or the one before, was pasted: neither is in a file. */
export function anyPasted() {
  return Boolean(state.inUse?.pasted || before?.inUse?.pasted);
}
/** Of the list in use. @type {Summary | undefined} */
let current;

/** Go back to the list before, with its models and words; what is being read is given up. */
function undo() {
  return loads.ask(goBack);
}

async function goBack() {
  if (before === undefined) return;
  await train.stop();
  const summary = await engine.call("undo_list");
  const back = before;
  before = pageState();
  current = summary;
  train.reset();
  reading.close();
  Object.assign(state, back);
  state.source = state.inUse;
  state.listId = state.inUse?.id;
  select.value = state.listId ?? "";
  await showSummary(summary);
  const smoothing = back.smoothing ?? settings.SETTINGS.smoothing;
  train.showFit(await engine.call("fit", { smoothing }));
  await train.restore();
  await learned.update();
  if (back.generated) await more.show(back.generated);
  say(`${quoted(summary.name)} is in use again, with what was made of it.`);
  settings.toUrl(state.listId);
  refresh();
}

async function chooseAgain() {
  if (state.inUse && current) await reading.reopen(state.inUse, current);
}

/** Read the list again that was in use, in a Python that was started anew. */
export function restore() {
  return loads.ask(readAgain);
}

/** @param {AbortSignal} signal */
async function readAgain(signal) {
  const source = state.inUse;
  if (source === undefined) return;
  const summary = await reading.read(source, signal);
  before = undefined;
  current = summary;
  await showSummary(summary);
  state.loaded = true;
  if (state.source === source) select.value = source.id ?? "";
  const smoothing = state.smoothing ?? settings.SETTINGS.smoothing;
  train.showFit(await engine.call("fit", { smoothing }));
}

/** @param {Summary} summary */
async function showSummary(summary, note = "") {
  summaryView.render(byId("summary"), { summary, note });
  const actions = { box: byId("list-actions"), undo: byId("undo-list") };
  summaryView.renderActions(actions, { usable: state.inUse !== undefined, before: summary.before });
  await model.show(summary.table, summary.symbol_count);
  idea.update({ given: summary.first, counts: summary.table.counts });
}

/** @param {string} id */
async function showPreview(id) {
  const preview = await lists.preview(id);
  if (state.ready || state.source?.id !== id) return;
  await showSummary(preview.summary, first.NOTE);
  if (state.ready) return;
  train.showFit(preview.fit);
  await more.show(preview.generated, first.NOTE);
}

export async function fillLists() {
  const all = await lists.builtInLists();
  select.replaceChildren(...first.options(all));
  const wanted = settings.fromUrl();
  const chosen = all.find(({ id }) => id === wanted) ?? all[0];
  select.addEventListener("change", () => {
    const other = all.find(({ id }) => id === select.value);
    if (other) attempt(() => use(lists.builtIn(other)));
  });
  if (chosen === undefined) throw new Error("The page was built without a word list.");
  select.value = chosen.id;
  refresh();
  try {
    if (state.source === undefined) await use(lists.builtIn(chosen));
  } finally {
    document.documentElement.classList.remove("other-list");
  }
}

/** @param {File | undefined} file */
function useFile(file) {
  if (file) attempt(() => use(lists.fromFile(file)));
}

/** @param {string} text */
function useText(text) {
  attempt(() => use(lists.fromText(text)));
}

async function usePaste() {
  if (paste.value.trim() === "") {
    throw new Error("Nothing was pasted. Paste some words, one a line, and try again.");
  }
  await use(lists.fromText(paste.value));
}
