/** Compare: all models trained on one split of the list, side by side, as they come. */

import { byId, counted, decimal, whole } from "../dom.js";
import * as settings from "../settings.js";
import * as ladder from "../views/ladder.js";
import { ActionError } from "./engine.js";
import * as files from "./files.js";
import * as loads from "./loads.js";
import * as models from "./models_panel.js";
import { attempt, attemptOnce, engine, onSubmit, say, state } from "./page.js";
import * as runs from "./runs.js";

/** @typedef {import("../types").Compared} Compared */
/** @typedef {import("../types").CompareReport} CompareReport */
/** @typedef {import("../types").CompareRow} CompareRow */
/** @typedef {import("../types").KeptComparison} KeptComparison */
/** @typedef {import("../types").KeptRow} KeptRow */

const SPLIT = ["train_percent", "held_out_percent", "split_seed", "different"];
const NAMES = [...SPLIT, "words_seed", "net_steps"];
const SAVE_EVERY = 4000; // ms of training; what was learned since is lost with Python
const KINDS = ladder.EIGHT.map(([kind = ""]) => kind);
const NET = KINDS.at(-1) ?? ""; // one that the compiled kernel works for
const table = /** @type {HTMLTableElement} */ (byId("ladder"));
const button = (/** @type {string} */ id) => /** @type {HTMLButtonElement} */ (byId(id));

/**
 * The comparison that the table is of, from its first report: how the list is divided, what each
 * model was set to in Make then, and what Python gave of the rows, to be kept.
 *
 * @typedef {{
 *   settings: KeptComparison["settings"], models: KeptComparison["models"],
 *   kept: Map<string, KeptRow>, number: number,
 * }} Comparison
 */

/** @type {Comparison | null} */
let current = null;
/** What Python said of it last. @type {Compared | null} */
let compared = null;
/** @type {CompareRow[]} */
let rows = untrained();
let busy = false;
let order = { column: "Model", down: false };
let stopping = new AbortController();
/** Told when there is something to be kept. @type {() => void} */
let changed = () => {};
/** What the estimate that stands there is of. */
let estimated = "";
let estimating = new AbortController();

/** @returns {CompareRow[]} */
function untrained() {
  return ladder.EIGHT.map(([kind = "", label = ""]) => ({
    ...{ kind, label, name: label, idea: "", net: false, state: "waiting", message: "" },
    ...{ step: 0, steps: 0, seconds: 0, parameters: null, train: null, held_out: null, test: null },
    ...{ new: null, repeats: null, usable: null, shares: null, words: [], settings: {}, own: "" },
  }));
}

/** @param {() => void} onChange */
export function listen(onChange) {
  changed = onChange;
  onSubmit("compare-form", () => compare(false));
  button("compare-stop").addEventListener("click", () => stopping.abort());
  button("compare-resume").addEventListener("click", () =>
    attemptOnce("compare-form", () => compare(true)),
  );
  table.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const { sort, use } = target.dataset;
    if (sort) {
      order = { column: sort, down: order.column === sort && !order.down };
      draw();
    }
    if (use) attempt(() => useInMake(use));
  });
  byId("compare-form").addEventListener("change", () => attempt(estimate));
  listenForFiles();
  document.addEventListener("placechange", () => {
    draw();
    attempt(estimate);
  });
  document.addEventListener("listchange", () => attempt(another));
  new MutationObserver(() => {
    draw();
    attempt(estimate);
  }).observe(document.body, { attributeFilter: ["data-state"] });
  draw();
}

function listenForFiles() {
  const text = (/** @type {string} */ separator, /** @type {(text: string) => string} */ cell) =>
    ladder.texts(shownRows()).map((row) => row.map(cell).join(separator));
  button("ladder-csv").addEventListener("click", () => {
    const lines = text(",", (value) => (/^-?[\d.]+$/.test(value) ? value : files.cell(value)));
    files.save("makemore-compare.csv", new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
    say("The table was downloaded as makemore-compare.csv.");
  });
  button("ladder-markdown").addEventListener("click", () =>
    attempt(async () => {
      const [head = "", ...body] = text(" | ", (value) => value.replaceAll("|", "\\|"));
      const rule = head.replaceAll(/[^|]+/g, " --- ").trim();
      const lines = [head, rule, ...body].map((line) => `| ${line} |`);
      await files.copy(`${lines.join("\n")}\n\n${byId("verdict").textContent}\n`);
      say("The table is in the clipboard, as Markdown.");
    }),
  );
}

function typed() {
  return Object.fromEntries(NAMES.map((name) => [name, settings.value(name)]));
}

/** @param {boolean} resume */
async function compare(resume) {
  await loads.idle();
  busy = true;
  stopping = new AbortController();
  endEstimate();
  const list = state.inUse;
  const set = { settings: typed(), models: models.typedOf(KINDS) };
  let mine = resume ? current : null;
  if (mine) {
    mine.number = Math.max(1, runs.nextComparison() - 1);
    for (const row of rows) runs.goBack(mine.number, row);
  }
  draw();
  try {
    const slower = await models.useKernel(NET);
    const what = resume
      ? "The comparison goes on."
      : "All models are being trained on the same words.";
    say(`${what}${slower}`);
    /** @param {CompareReport} report */
    const follow = (report) => {
      if (state.inUse !== list || (mine !== null && mine !== current)) return; // another list came
      mine ??= begin(set); // not before: what is refused leaves the table as it was
      heard(mine, report);
    };
    const args = resume ? { resume } : set;
    /** @type {Compared | null | undefined} */
    const value = await engine.stream("compare", args, follow, { signal: stopping.signal });
    if (state.inUse !== list) return; // another list came
    if (!value || mine === null) {
      say("Stopped before it began.");
      return;
    }
    show(value);
    await keepAll(mine, value);
    const outcome = `${value.verdict || "All models were compared."}${slower}`;
    say(value.done ? outcome : "Stopped. Resume goes on from here.");
  } finally {
    busy = false;
    draw();
    if (state.inUse !== list) attempt(estimate);
  }
}

/** Begin the table anew. @param {Pick<Comparison, "settings" | "models">} set */
function begin(set) {
  current = { ...set, kept: new Map(), number: runs.nextComparison() };
  compared = null;
  rows = untrained();
  byId("verdict").textContent = "";
  return current;
}

/** @param {Comparison} mine @param {CompareReport} report */
function heard(mine, { row, curve, card }) {
  const known = rows.some(({ kind }) => kind === row.kind);
  rows = known ? rows.map((old) => (old.kind === row.kind ? row : old)) : [...rows, row];
  if (row.net && row.kind !== "mix" && curve) {
    const what = { kind: row.kind, name: row.label };
    runs.compare(mine.number, what, () => settingsOf(mine, row), curve);
  }
  if (card && !state.cards.has(card.kind)) {
    attempt(() => models.adopt(card, ownOf(mine, card.kind)));
  }
  const due = row.state === "training" && row.step > 0 && performance.now() >= saveAt;
  if (row.state === "done" || due) attempt(() => keep(mine, row.kind));
  drawSoon();
}

/** What its run was set to, by the names of the fields. @param {Comparison} mine @param {CompareRow} row */
function settingsOf({ settings: typedThen }, { kind, settings: own }) {
  const split = {
    ...Object.fromEntries(SPLIT.map((name) => [name, typedThen[name]])),
    different: String(typedThen.different) === "1" ? "yes" : "no",
  };
  const labels = SPLIT.map((name) => [
    name,
    byId(name).closest("label")?.textContent?.trim() ?? name,
  ]);
  return models.labelled(kind, { ...own, ...split }, Object.fromEntries(labels));
}

/** @param {Comparison} mine @param {string} kind */
function ownOf(mine, kind) {
  return mine.models[kind] ?? {};
}

/** When a row under way is to be kept next. */
let saveAt = 0;

/** Have a row outside of Python as well: it is kept with the project. @param {Comparison} mine @param {string} kind */
async function keep(mine, kind) {
  saveAt = Number.POSITIVE_INFINITY; // until this one is done
  let after = 0; // what comes after a model that is done is kept at its first step
  try {
    /** @type {KeptRow} */
    const row = await engine.call("keep_compared", { kind });
    if (mine !== current) return;
    mine.kept.set(kind, row);
    if (row.told.state === "training") after = SAVE_EVERY;
    changed();
  } catch (error) {
    if (mine === current) throw error; // else Python has another list by now
  } finally {
    saveAt = performance.now() + after;
  }
}

/** @param {Comparison} mine @param {Compared} value */
async function keepAll(mine, { rows: all }) {
  for (const row of all) {
    const same = mine.kept.get(row.kind)?.told.state === row.state && row.state !== "stopped";
    if (row.state !== "waiting" && !same) await keep(mine, row.kind);
  }
}

/** What is to be kept of the comparison, if there is one. @returns {KeptComparison | undefined} */
export function snapshot() {
  if (current === null) return undefined;
  const { settings: how, models: set, kept } = current;
  return { settings: how, models: set, rows: [...kept.values()] };
}

/** Take up a comparison that was kept, before any model is: they share its split. @param {KeptComparison | undefined} before */
export async function back(before) {
  if (before === undefined) return;
  try {
    /** @type {Compared} */
    const value = await engine.call("restore_compared", { ...before });
    const kept = new Map(before.rows.map((row) => [row.told.kind, row]));
    takeUp(value, kept);
    for (const [name, set] of Object.entries(value.settings)) settings.put(name, String(set ?? ""));
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    say(`The comparison could not be brought back: ${error.message}`, true);
  }
}

/** @param {Compared} value @param {Comparison["kept"]} kept */
function takeUp(value, kept) {
  current = { settings: value.settings, models: value.models, kept, number: 0 };
  show(value);
  return current;
}

/** Let the other places have the models of a comparison that came back. */
export async function lend() {
  if (current === null || compared === null) return;
  for (const { kind, state: at } of compared.rows) {
    if (at !== "done" || state.cards.has(kind)) continue;
    await models.adopt(await engine.call("card", { kind }), ownOf(current, kind));
  }
}

/** Python was started anew: give it the comparison back. */
export async function restore() {
  stopping.abort();
  await back(snapshot());
}

/** @param {Compared} value */
function show(value) {
  compared = value;
  rows = value.rows;
  byId("verdict").textContent = value.verdict;
  if (byId("estimate").textContent === "") byId("estimate").textContent = partsOf(value.parts);
  draw();
}

/** How often another list came. */
let changes = 0;

/** Another list is in use, or the one before again: its own table, if it has one. */
async function another() {
  changes += 1;
  const mine = changes;
  stopping.abort();
  compared = current = null;
  estimated = "";
  endEstimate();
  rows = untrained();
  byId("verdict").textContent = "";
  const value = state.ready ? await engine.call("compared") : null;
  if (mine !== changes) return;
  if (value) await keepAll(takeUp(value, new Map()), value);
  draw();
  await estimate();
}

/** Give up the estimate that is under way, if one is. */
function endEstimate() {
  estimating.abort();
  if (estimated === "") byId("estimate").textContent = compared ? partsOf(compared.parts) : "";
}

/** Tell how long it will take, from timing some steps, when the place is looked at. */
async function estimate() {
  endEstimate(); // what it was asked for may have changed, or nobody looks at it
  if (!isHere() || !state.ready || !state.loaded || busy) return;
  const set = { settings: typed(), models: models.typedOf(KINDS) };
  const asked = JSON.stringify([set, state.inUse?.name, state.summary?.count]);
  if (asked === estimated) return;
  estimated = "";
  estimating = new AbortController();
  const { signal } = estimating;
  const tell = (/** @type {string} */ text) => {
    if (!signal.aborted) byId("estimate").textContent = text;
  };
  try {
    const slower = await models.useKernel(NET);
    const value = await engine.stream(
      "compare_estimate",
      set,
      ({ kind }) => tell(`Timing three steps of ${models.info(kind).label} …`),
      { signal },
    );
    if (!value || signal.aborted) return;
    estimated = asked;
    const { seconds, parts } = value;
    const time =
      seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
    tell(`About ${time} on this machine.${slower} ${partsOf(parts)}`);
  } catch (error) {
    if (!(error instanceof ActionError)) {
      endEstimate(); // Python died of it or of something else
      throw error;
    }
    estimated = asked;
    tell(error.message);
  }
}

/** @param {number[]} parts */
function partsOf([train = 0, held = 0, test = 0]) {
  return `${counted(train, "word")} to train on, ${whole(held)} held out, ${whole(test)} for the test.`;
}

/** @param {string} kind */
async function useInMake(kind) {
  const card = await engine.call("use_compared", { kind });
  const own = current === null ? {} : ownOf(current, kind);
  state.saved.delete(kind); // that of Make's own net, which it replaces
  await models.adopt(card, own);
  models.choose(kind, own);
  location.hash = "#make";
  say(`${card.name} is chosen. Press Make more for its words.`);
}

function shownRows() {
  return ladder.sorted(rows, order);
}

function isHere() {
  return document.documentElement.dataset.place === "compare";
}

let drawing = false;

/** Draw a few times a second, however often reports come. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => {
    drawing = false;
    draw();
  }, 250);
}

function draw() {
  const uniform = compared?.uniform ?? uniformOf();
  if (isHere()) ladder.render(table, { rows, uniform, order });
  byId("uniform").textContent =
    uniform === null
      ? ""
      : `The bars end at guessing evenly, ${decimal(uniform, 2)} nats per symbol; the mark is the bigram.`;
  const repeats = (state.summary?.distinct ?? 0) < (state.summary?.count ?? 0);
  /** @type {HTMLElement} */ (byId("different").closest("label")).hidden = !repeats;
  button("compare-all").disabled = busy || !state.ready || !state.loaded;
  button("compare-stop").hidden = !busy;
  const stopped = rows.some(({ state: at }) => at === "stopped");
  const left = current !== null && !compared?.done;
  button("compare-resume").hidden = busy || !(stopped || left);
  byId("compare-form").setAttribute("aria-busy", String(busy));
  document.body.dataset.comparing = String(busy);
}

function uniformOf() {
  const count = state.summary?.symbol_count;
  return count ? Math.log(count) : null;
}
