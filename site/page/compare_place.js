/** Compare: all models trained on one split of the list, side by side, as they come. */

import { byId, counted, decimal, h, whole } from "../dom.js";
import * as settings from "../settings.js";
import { runColour } from "../views/curve.js";
import * as curvesView from "../views/curves.js";
import * as ladder from "../views/ladder.js";
import { ActionError } from "./engine.js";
import * as files from "./files.js";
import * as loads from "./loads.js";
import * as models from "./models_panel.js";
import { attempt, attemptOnce, engine, onSubmit, say, state } from "./page.js";
import { savePicture } from "./save_picture.js";

/** @typedef {import("../types").Compared} Compared */
/** @typedef {import("../types").CompareReport} CompareReport */
/** @typedef {import("../types").CompareRow} CompareRow */
/** @typedef {import("../views/curves.js").Line & { kind: string, comparison: number, settings: Record<string, unknown> }} Run */

const NAMES = ["train_percent", "held_out_percent", "split_seed", "words_seed", "net_steps"];
const table = /** @type {HTMLTableElement} */ (byId("ladder"));
const button = (/** @type {string} */ id) => /** @type {HTMLButtonElement} */ (byId(id));

/** @type {Compared | null} */
let compared = null;
/** @type {CompareRow[]} */
let rows = ladder.EIGHT.map(([kind, label]) => waiting(kind ?? "", label ?? ""));
let busy = false;
let order = { column: "Model", down: false };
let stopping = new AbortController();
/** Of all comparisons on this list. @type {Run[]} */
let runs = [];
let comparisons = 0;
/** What the estimate that stands there is of. */
let estimated = "";

/** @param {string} kind @param {string} label @returns {CompareRow} */
function waiting(kind, label) {
  return {
    ...{ kind, label, name: label, idea: "", net: false, state: "waiting", message: "" },
    ...{ step: 0, steps: 0, seconds: 0, parameters: null, train: null, held_out: null, test: null },
    ...{ new: null, repeats: null, usable: null, shares: null, words: [], settings: {} },
  };
}

export function listen() {
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
  for (const id of ["curves-by", "curves-log"]) byId(id).addEventListener("change", draw);
  byId("compare-runs").addEventListener("change", draw);
  button("forget-runs").addEventListener("click", () => {
    runs = runs.filter(({ comparison }) => busy && comparison === comparisons);
    drawRuns();
    draw();
  });
  listenForFiles();
  document.addEventListener("placechange", estimate);
  document.addEventListener("listchange", () => attempt(another));
  new MutationObserver(() => {
    draw();
    attempt(estimate);
  }).observe(document.body, { attributeFilter: ["data-state"] });
  new ResizeObserver(draw).observe(byId("curves"));
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
  for (const [id, element, title, as] of /** @type {const} */ ([
    ["ladder-png", table, "All models, side by side", "png"],
    ["ladder-svg", table, "All models, side by side", "svg"],
    ["curves-png", byId("curves"), "Losses while training", "png"],
    ["curves-svg", byId("curves"), "Losses while training", "svg"],
  ])) {
    button(id).addEventListener("click", () => attempt(() => savePicture(element, title, as)));
  }
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
  if (!resume) {
    comparisons += 1;
    rows = rows.filter(({ kind }) => kind !== "mix").map(({ kind, label }) => waiting(kind, label));
    byId("verdict").textContent = "";
  }
  draw();
  say(resume ? "The comparison goes on." : "All models are being trained on the same words.");
  try {
    await engine.loadKernel(); // without it NumPy does the work of nets, some ten times slower
    const args = resume ? { resume } : { settings: typed() };
    const value = await engine.stream("compare", args, follow, { signal: stopping.signal });
    if (state.inUse !== list) return; // another list came meanwhile
    if (value) show(value); // else it was stopped before it began
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
  if (row.net && row.kind !== "mix" && curve) addToRun(row, curve);
  if (card && !state.cards.has(card.kind)) models.adopt(card);
  drawSoon();
}

/** @param {CompareRow} row @param {NonNullable<CompareReport["curve"]>} curve */
function addToRun(row, { step, seconds, losses, held_out }) {
  let run = runs.findLast(
    ({ kind, comparison }) => kind === row.kind && comparison === comparisons,
  );
  if (run === undefined) {
    const number = runs.length + 1;
    run = {
      kind: row.kind,
      name: row.label,
      number,
      comparison: comparisons,
      settings: { ...typed(), ...row.settings },
      batches: [],
      heldOut: [],
    };
    runs.push(run);
    drawRuns();
  }
  const before = run.batches.at(-1)?.seconds ?? 0;
  for (const [i, loss] of losses.entries()) {
    const share = (i + 1) / losses.length;
    run.batches.push({
      step: step - losses.length + i + 1,
      seconds: before + share * (seconds - before),
      loss,
    });
  }
  if (held_out !== null && held_out !== undefined)
    run.heldOut.push({ step, seconds, loss: held_out });
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
  runs = [];
  comparisons = 0;
  compared = null;
  estimated = "";
  rows = ladder.EIGHT.map(([kind, label]) => waiting(kind ?? "", label ?? ""));
  byId("verdict").textContent = "";
  byId("estimate").textContent = "";
  const value = state.ready ? await engine.call("compared") : null;
  if (value) show(value);
  drawRuns();
  draw();
  await estimate();
}

/** Tell how long it will take, from timing some steps, when the place is looked at. */
async function estimate() {
  const here = document.documentElement.dataset.place === "compare";
  if (!here || !state.ready || !state.loaded || busy) return;
  const asked = JSON.stringify([typed(), state.inUse?.name, state.summary?.count]);
  if (asked === estimated) return;
  estimated = asked;
  const place = byId("estimate");
  try {
    await engine.loadKernel();
    const { seconds, parts } = await engine.stream(
      "compare_estimate",
      { settings: typed() },
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
  await models.adopt(card);
  models.choose(kind, {});
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
  const open = runs.filter(({ number }) => visible(number));
  const by = settings.value("curves-by") === "seconds" ? "seconds" : "step";
  const log = settings.value("curves-log") === "1";
  curvesView.render(byId("curves"), { lines: open, axis: { by, log }, uniform });
  button("compare-all").disabled = busy || !state.ready || !state.loaded;
  button("compare-stop").hidden = !busy;
  const stopped = rows.some(({ state: at }) => at === "stopped");
  const left = compared !== null && !compared.done;
  button("compare-resume").hidden = busy || !(stopped || left);
  byId("compare-form").setAttribute("aria-busy", String(busy));
}

function uniformOf() {
  const count = state.summary?.symbol_count;
  return count ? Math.log(count) : null;
}

/** @param {number} number of a run */
function visible(number) {
  const box = document.getElementById(`run-shown-${number}`);
  return !(box instanceof HTMLInputElement) || box.checked;
}

/** The runs as the chart's legend: what differs between them first. */
function drawRuns() {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.settings)))];
  const differing = names.filter((name) => {
    const values = runs
      .filter((run) => name in run.settings)
      .map((run) => String(run.settings[name] ?? ""));
    return NAMES.includes(name) && new Set(values).size > 1;
  });
  byId("compare-runs").replaceChildren(
    ...runs.map((run) => {
      const swatch = h("span", { class: "swatch" });
      swatch.style.color = `var(--run-${runColour(run.number)})`;
      const what = differing.map((name) => {
        const label = byId(name).closest("label")?.firstChild?.textContent?.trim() ?? name;
        return `${label} ${String(run.settings[name] || "own")}`;
      });
      const again = comparisons > 1 ? ` ${run.comparison}` : "";
      return h(
        "li",
        {},
        h(
          "label",
          {},
          h("input", {
            type: "checkbox",
            id: `run-shown-${run.number}`,
            checked: visible(run.number),
          }),
          swatch,
          h("span", {}, [what.join(", "), `${run.name}${again}`].filter(Boolean).join(" · ")),
        ),
      );
    }),
  );
  button("forget-runs").hidden = runs.length === 0;
}
