/** The training runs on one list, of Make and of comparisons, side by side until they are cleared. */

import { byId, decimal, whole } from "../dom.js";
import * as settings from "../settings.js";
import * as curveView from "../views/curve.js";
import * as runsView from "../views/runs.js";
import { state } from "./page.js";

/** @typedef {import("../types").CompareReport} CompareReport */
/** @typedef {import("../types").Fit} Fit */
/** @typedef {import("../views/runs.js").Run} Run */
/** @typedef {{ step: number, losses: number[], seconds?: number | undefined, held_out?: number | null | undefined, loss?: number }} News */

const EVERY = 150; // ms between two drawings
const slider = /** @type {HTMLInputElement} */ (settings.control("curve-step"));
const log = /** @type {HTMLInputElement} */ (settings.control("log-steps"));
const clearButton = /** @type {HTMLButtonElement} */ (byId("clear-runs"));
const elements = { chart: byId("curve"), slider, readout: byId("curve-readout") };

/** @type {Run[]} */
let runs = [];
/** The one of Make that is trained, or that Resume would go on with. @type {Run | undefined} */
let current;
let made = 0;
/** What counting reaches, to compare with. @type {Fit | undefined} */
let counted;
let drawing = false;
let drawnAt = Number.NEGATIVE_INFINITY;

export function listen() {
  log.addEventListener("change", draw);
  document.addEventListener("placechange", draw);
  byId("curve-by").addEventListener("change", draw);
  clearButton.addEventListener("click", clear);
  slider.addEventListener("input", () => curveView.read(elements, slider.valueAsNumber));
  byId("runs").addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const run = runs.find(({ number }) => String(number) === target.dataset.run);
    if (run) run.hidden = !target.checked;
    draw();
  });
  draw();
}

/** @param {Pick<Run, "kind" | "name" | "settings"> & { comparison?: number }} what */
function add({ kind, name, settings: values, comparison = 0 }) {
  made += 1;
  const run = {
    ...{ kind, name, number: made, comparison, settings: values, losses: [], marks: [] },
    ...{ heldOut: [], loss: Number.NaN, failed: false, hidden: false },
  };
  runs.push(run);
  return run;
}

/** @param {Pick<Run, "kind" | "name" | "settings">} what a run of Make */
export function begin(what) {
  current = add(what);
  draw();
}

/** @param {Pick<Run, "kind" | "name" | "settings">} what the run of this kind goes on with */
export function resume(what) {
  if (current?.kind !== what.kind) {
    const before = runs.findLast(({ kind, comparison }) => kind === what.kind && comparison === 0);
    current = before ?? add(what);
  }
  if (!runs.includes(current)) {
    made += 1;
    current.number = made;
    runs.push(current);
  }
  for (const [name, value] of Object.entries(what.settings)) {
    current.settings[name] = changed(current.settings[name] ?? value, value);
  }
  current.failed = false;
}

/** @param {string} before @param {string} now */
function changed(before, now) {
  return before === now || before.endsWith(` → ${now}`) ? before : `${before} → ${now}`;
}

/** The current run has come further. @param {News} news with the losses of the new steps */
export function follow(news) {
  if (current) grow(current, news);
}

/** @param {Run} run @param {News} news */
function grow(run, { step, losses, seconds, held_out, loss }) {
  run.losses.push(...losses);
  run.loss = loss ?? losses.at(-1) ?? run.loss;
  if (seconds !== undefined) run.marks.push([run.losses.length, seconds]);
  if (held_out != null) run.heldOut.push([step, held_out]);
  draw();
}

/** A net of a comparison goes on from a step that it had passed, as Python died since. @param {number} comparison @param {{ kind: string, step: number }} row */
export function goBack(comparison, { kind, step }) {
  const run = runs.find((each) => each.kind === kind && each.comparison === comparison);
  if (run === undefined || run.losses.length <= step) return;
  cut(run, step);
  draw();
}

/** @param {Run} run @param {number} step where it ends now */
function cut(run, step) {
  run.losses.length = step;
  run.marks = run.marks.filter(([at]) => at <= step);
  run.heldOut = run.heldOut.filter(([at]) => at <= step);
}

/** The number of the next comparison. */
export function nextComparison() {
  return 1 + lastComparison();
}

function lastComparison() {
  return Math.max(0, ...runs.map(({ comparison }) => comparison));
}

/**
 * A net of the last comparison has come further.
 *
 * @param {number} comparison
 * @param {Pick<Run, "kind" | "name">} what
 * @param {() => Run["settings"]} settingsOf it, asked for once
 * @param {News} news
 */
export function compare(comparison, what, settingsOf, news) {
  const known = runs.find((run) => run.kind === what.kind && run.comparison === comparison);
  grow(known ?? add({ ...what, settings: settingsOf(), comparison }), news);
}

/** The current run goes on from here, if it is of this kind. @param {string} kind @param {{ losses: number[], loss: number }} news with all its losses */
export function replace(kind, { losses, loss }) {
  if (current?.kind === kind) {
    Object.assign(current, { losses: [...losses], loss });
    cut(current, losses.length);
  }
  draw();
}

/**
 * The current run has exploded: the one before of its kind, which Python went back to, goes on.
 *
 * @param {number[]} last losses of the run that failed, not told before
 * @param {string} kind
 */
export function fail(last, kind) {
  if (current === undefined) return;
  current.failed = true;
  current.losses.push(...last);
  const before = runs.findLast((run) => run.kind === kind && !run.failed && run.comparison === 0);
  current = before ?? current;
  draw();
}

/** Forget the runs that are drawn, but not one that is under way; what was learned stays. */
function clear() {
  const comparing = document.body.dataset.comparing === "true" ? lastComparison() : 0;
  runs = runs.filter(
    (run) => (state.training && run === current) || (comparing > 0 && run.comparison === comparing),
  );
  for (const [i, run] of runs.entries()) run.number = i + 1;
  made = runs.length;
  draw();
}

/** What is drawn at this moment, to come back to it with its list. */
export function snapshot() {
  const copies = runs.map(copied);
  const at = current === undefined ? -1 : runs.indexOf(current);
  return { runs: copies, current: copies[at], made, counted };
}

/** Its losses as the browser copies them fastest: there may be many thousands. @param {Run} run */
function copied(run) {
  const { losses, marks, heldOut } = run;
  return {
    ...run,
    ...{ losses: Float64Array.from(losses), marks: [...marks], heldOut: [...heldOut] },
  };
}

/** @param {ReturnType<typeof snapshot>} before as it was kept, or read from a file */
export function back(before) {
  ({ made, counted } = before);
  // A project may have been kept by a page that wrote them otherwise.
  const kept = before.runs.filter((run) => run.settings && run.heldOut);
  runs = kept.map((run) => ({ ...run, losses: Array.from(run.losses) }));
  current = before.current && runs[kept.indexOf(before.current)];
  draw();
}

/** Forget all: another list is in use. */
export function reset() {
  runs = [];
  made = 0;
  current = counted = undefined;
  draw();
}

/** @param {Fit} fit of the count model */
export function compareWith(fit) {
  counted = fit;
  draw();
}

/** @param {Run[]} shown @returns {import("../views/curve.js").Reference[]} */
function references(shown) {
  const symbols = counted?.symbols ?? state.summary?.symbol_count ?? 1;
  const uniform = counted?.uniform ?? Math.log(symbols);
  const even = { label: `guessing evenly, ln ${symbols}: ${decimal(uniform)}`, loss: uniform };
  if (counted === undefined || !shown.some(isOfPairs)) return [even];
  const { mean_nll, smoothing, lowest } = counted;
  return [
    { label: `counting, smoothing ${smoothing}: ${decimal(mean_nll)}`, loss: mean_nll, line: 1 },
    { label: `counting, no smoothing: ${decimal(lowest)}`, loss: lowest, line: 2 },
    even,
  ];
}

/** Whether counting is what its loss is to reach. @param {Run} run */
function isOfPairs({ kind, comparison }) {
  return kind === "bigram-net" && comparison === 0;
}

/** Draw a few times a second, however often news come: the lines of eight models take their time. */
function draw() {
  if (drawing) return;
  drawing = true;
  const due = drawnAt + EVERY - performance.now();
  setTimeout(() => requestAnimationFrame(drawOnce), Math.max(0, due));
}

function drawOnce() {
  drawing = false;
  drawnAt = performance.now();
  drawNow();
}

function drawNow() {
  clearButton.disabled = runs.length === 0;
  const shown = runs.filter(({ hidden }) => !hidden);
  const unit = settings.value("curve-by") === "seconds" ? "seconds" : "step";
  const inView = elements.chart.offsetParent !== null; // asked before anything is changed
  runsView.render(byId("runs"), runs);
  if (!inView) return; // it is drawn when it is looked at
  const lines = references(shown);
  curveView.render(elements, {
    ...{ lines: shown.flatMap((run) => linesOf(run, unit)), references: lines, unit },
    log: log.checked,
    label: inWords(shown, lines),
    empty: "Gradient descent draws its loss here, step by step.",
  });
  byId("curve-note").textContent =
    counted && shown.some(isOfPairs)
      ? `Counting reaches ${decimal(counted.mean_nll)} with smoothing ${counted.smoothing}, and ${decimal(counted.lowest)} without, the lowest of all bigram models on these words. Guessing evenly gives ${decimal(counted.uniform)}. The curve includes regularization.`
      : "";
}

/**
 * The losses of batches as a line, the held-out ones as points on another.
 *
 * @param {Run} run
 * @param {"step" | "seconds"} unit
 * @returns {import("../views/curve.js").Line[]}
 */
function linesOf({ number, losses, heldOut, marks }, unit) {
  if (unit === "seconds" && marks.length === 0) return []; // when its steps were done is not known
  const along = unit === "seconds" ? clock(marks) : (/** @type {number} */ step) => step;
  const look = { colour: curveView.runColour(number), dash: curveView.dash(number) };
  const after = heldOut.filter(([step]) => step > 0); // a logarithmic axis has no 0
  const measured = after.length > 0;
  const size = curveView.grouping(losses.length);
  const batches = {
    ...{ name: `run ${number}`, ...curveView.means(losses, size, (i) => along(i + 1)), ...look },
    faint: measured,
  };
  if (!measured) return [batches];
  const points = {
    ...{ name: `run ${number} held out`, ...look, dots: true },
    ...{ x: after.map(([step]) => along(step)), y: after.map(([, loss]) => loss) },
  };
  return [batches, points];
}

/** When each step was done, between the times that were told. @param {Run["marks"]} marks */
function clock(marks) {
  let at = 0;
  return (/** @type {number} */ step) => {
    if (step <= (marks[at - 1]?.[0] ?? 0)) at = 0;
    while (at < marks.length - 1 && (marks[at]?.[0] ?? 0) < step) at += 1;
    const [before, since] = marks[at - 1] ?? [0, 0];
    const [after, until] = marks[at] ?? [step, step];
    const share = after > before ? Math.min(1, (step - before) / (after - before)) : 1;
    return since + share * (until - since);
  };
}

/** @param {Run[]} shown @param {import("../views/curve.js").Reference[]} lines */
function inWords(shown, lines) {
  const falls = shown
    .filter(({ losses }) => losses.length > 0)
    .map(({ number, name, losses, heldOut }) => {
      const last = heldOut.at(-1);
      const held = last ? `, held out ${decimal(last[1])}` : "";
      return `Run ${number}, ${name}, goes from ${decimal(losses[0] ?? Number.NaN)} to ${decimal(losses.at(-1) ?? Number.NaN)} in ${whole(losses.length)} steps${held}.`;
    });
  const told = lines.map(({ label }) => label).join("; ");
  return `Loss at each training step. ${falls.join(" ")} To compare: ${told}.`;
}
