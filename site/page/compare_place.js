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

const NAMES = ["train_percent", "held_out_percent", "split_seed", "words_seed", "net_steps"];
const KINDS = ladder.EIGHT.map(([kind = ""]) => kind);
const table = /** @type {HTMLTableElement} */ (byId("ladder"));
const button = (/** @type {string} */ id) => /** @type {HTMLButtonElement} */ (byId(id));

/** @type {Compared | null} */
let compared = null;
/** @type {CompareRow[]} */
let rows = ladder.EIGHT.map(([kind, label]) => waiting(kind ?? "", label ?? ""));
let busy = false;
let order = { column: "Model", down: false };
let stopping = new AbortController();
/** The number of this comparison on the list. */
let comparison = 0;
/** What each model was set to in Make when the comparison began. @type {Record<string, Record<string, string>>} */
let typedModels = {};
/** What Python gave of each row that is done or stopped, to be kept. @type {Map<string, KeptRow>} */
let kept = new Map();
/** Told when there is something to be kept. @type {() => void} */
let changed = () => {};
/** What the estimate that stands there is of. */
let estimated = "";

/** @param {string} kind @param {string} label @returns {CompareRow} */
function waiting(kind, label) {
  return {
    ...{ kind, label, name: label, idea: "", net: false, state: "waiting", message: "" },
    ...{ step: 0, steps: 0, seconds: 0, parameters: null, train: null, held_out: null, test: null },
    ...{ new: null, repeats: null, usable: null, shares: null, words: [], settings: {}, own: "" },
  };
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
  byId("compare-form").addEventListener("change", estimate);
  listenForFiles();
  document.addEventListener("placechange", estimate);
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
  const list = state.inUse;
  if (resume) comparison = Math.max(1, runs.nextComparison() - 1);
  else {
    comparison = runs.nextComparison();
    typedModels = models.typedOf(KINDS);
    kept = new Map();
    rows = rows.filter(({ kind }) => kind !== "mix").map(({ kind, label }) => waiting(kind, label));
    byId("verdict").textContent = "";
  }
  draw();
  say(resume ? "The comparison goes on." : "All models are being trained on the same words.");
  try {
    await engine.loadKernel(); // without it NumPy does the work of nets, some ten times slower
    const args = resume ? { resume } : { settings: typed(), models: typedModels };
    const value = await engine.stream("compare", args, follow, { signal: stopping.signal });
    if (state.inUse !== list) return; // another list came meanwhile
    if (value) {
      show(value);
      await keepAll(value);
    } // else it was stopped before it began
    say(
      value?.done
        ? value.verdict || "All models were compared."
        : "Stopped. Resume goes on from here.",
    );
  } finally {
    busy = false;
    draw();
  }
}

/** @param {CompareReport} report */
function follow({ row, curve, card }) {
  const known = rows.some(({ kind }) => kind === row.kind);
  rows = known ? rows.map((old) => (old.kind === row.kind ? row : old)) : [...rows, row];
  if (row.net && row.kind !== "mix" && curve) {
    const what = { kind: row.kind, name: row.label, settings: settingsOf(row) };
    runs.compare(comparison, what, curve);
  }
  if (card && !state.cards.has(card.kind)) attempt(() => models.adopt(card, ownOf(card.kind)));
  if (row.state === "done") attempt(() => keep(row.kind));
  drawSoon();
}

/** What its run was set to, by the names of the fields. @param {CompareRow} row */
function settingsOf({ kind, settings: own }) {
  const { train_percent, held_out_percent, split_seed } = typed();
  const split = { train_percent, held_out_percent, split_seed };
  const labels = NAMES.map((name) => [
    name,
    byId(name).closest("label")?.firstChild?.textContent?.trim() ?? name,
  ]);
  return models.labelled(kind, { ...own, ...split }, Object.fromEntries(labels));
}

/** @param {string} kind */
function ownOf(kind) {
  return typedModels[kind] ?? {};
}

/** Have a row outside of Python as well: it is kept with the project. @param {string} kind */
async function keep(kind) {
  const list = state.inUse;
  const row = await engine.call("keep_compared", { kind });
  if (list !== state.inUse) return;
  kept.set(kind, row);
  changed();
}

/** @param {Compared} value */
async function keepAll({ rows: all }) {
  for (const row of all) {
    const same = kept.get(row.kind)?.told.state === row.state;
    if (row.state !== "waiting" && !same) await keep(row.kind);
  }
}

/** What is to be kept of the comparison, if there is one. @returns {KeptComparison | undefined} */
export function snapshot() {
  if (kept.size === 0 || compared === null) return undefined;
  return { settings: compared.settings, models: typedModels, rows: [...kept.values()] };
}

/** Take up a comparison that was kept, before any model is: they share its split. @param {KeptComparison | undefined} before */
export async function back(before) {
  if (before === undefined) return;
  try {
    /** @type {Compared} */
    const value = await engine.call("restore_compared", { ...before });
    typedModels = before.models;
    kept = new Map(before.rows.map((row) => [row.told.kind, row]));
    for (const [name, set] of Object.entries(value.settings)) settings.put(name, String(set ?? ""));
    show(value);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    say(`The comparison could not be brought back: ${error.message}`, true);
  }
}

/** Let the other places have the models of a comparison that came back. */
export async function lend() {
  if (compared === null) return;
  for (const { kind, state: at } of compared.rows) {
    if (at !== "done" || state.cards.has(kind)) continue;
    await models.adopt(await engine.call("card", { kind }), ownOf(kind));
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
  draw();
}

/** Another list is in use, or the one before again: its own table, if it has one. */
async function another() {
  stopping.abort();
  compared = null;
  typedModels = {};
  kept = new Map();
  estimated = "";
  rows = ladder.EIGHT.map(([kind, label]) => waiting(kind ?? "", label ?? ""));
  byId("verdict").textContent = "";
  byId("estimate").textContent = "";
  const value = state.ready ? await engine.call("compared") : null;
  if (value) {
    typedModels = value.models;
    show(value);
    await keepAll(value);
  }
  draw();
  await estimate();
}

/** Tell how long it will take, from timing some steps, when the place is looked at. */
async function estimate() {
  const here = document.documentElement.dataset.place === "compare";
  if (!here || !state.ready || !state.loaded || busy) return;
  const set = models.typedOf(KINDS);
  const asked = JSON.stringify([typed(), set, state.inUse?.name, state.summary?.count]);
  if (asked === estimated) return;
  estimated = asked;
  const place = byId("estimate");
  try {
    await engine.loadKernel();
    const { seconds, parts } = await engine.stream(
      "compare_estimate",
      { settings: typed(), models: set },
      ({ kind }) => {
        place.textContent = `Timing three steps of ${models.info(kind).label} …`;
      },
    );
    const [train = 0, held = 0, test = 0] = parts;
    const time =
      seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
    place.textContent = `About ${time} on this machine. ${counted(train, "word")} to train on, ${whole(held)} held out, ${whole(test)} for the test.`;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    place.textContent = error.message;
  }
}

/** @param {string} kind */
async function useInMake(kind) {
  const card = await engine.call("use_compared", { kind });
  await models.adopt(card, ownOf(kind));
  models.choose(kind, ownOf(kind));
  location.hash = "#make";
  say(`${card.name} is chosen. Press Make more for its words.`);
}

function shownRows() {
  return ladder.sorted(rows, order);
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
  ladder.render(table, { rows, uniform, order });
  byId("uniform").textContent =
    uniform === null
      ? ""
      : `The bars end at guessing evenly, ${decimal(uniform, 2)} nats per symbol; the mark is the bigram.`;
  button("compare-all").disabled = busy || !state.ready || !state.loaded;
  button("compare-stop").hidden = !busy;
  const stopped = rows.some(({ state: at }) => at === "stopped");
  const left = compared !== null && !compared.done;
  button("compare-resume").hidden = busy || !(stopped || left);
  byId("compare-form").setAttribute("aria-busy", String(busy));
  document.body.dataset.comparing = String(busy);
}

function uniformOf() {
  const count = state.summary?.symbol_count;
  return count ? Math.log(count) : null;
}
