/** The training runs on one list, kept side by side until they are cleared. */

import { byId, decimal } from "../dom.js";
import * as settings from "../settings.js";
import * as curveView from "../views/curve.js";
import * as runsView from "../views/runs.js";
import { state } from "./page.js";

/** @typedef {import("../types").Fit} Fit */
/** @typedef {{ losses: number[], loss: number }} Losses */
/** @typedef {import("../views/runs.js").RunRow} Run */

const slider = /** @type {HTMLInputElement} */ (settings.control("curve-step"));
const log = /** @type {HTMLInputElement} */ (settings.control("log-steps"));
const clearButton = /** @type {HTMLButtonElement} */ (byId("clear-runs"));
const elements = { chart: byId("curve"), slider, readout: byId("curve-readout") };

/** @type {Run[]} */
let runs = [];
/** The one that is trained, or that Resume would go on with. @type {Run | undefined} */
let current;
let made = 0;
/** @type {import("../views/curve.js").Reference[]} */
let references = [];
let drawing = false;

export function listen() {
  log.addEventListener("change", draw);
  clearButton.addEventListener("click", clear);
  slider.addEventListener("input", () => curveView.read(elements, slider.valueAsNumber));
  document.addEventListener("themechange", () => curveView.recolour(elements.chart));
  draw();
}

/** @param {Record<string, string>} typed its settings */
export function begin({ kind = "", learning_rate = "", l2 = "", weights_seed = "" }) {
  made += 1;
  current = {
    ...{ kind, number: made, learning_rate, l2, weights_seed },
    ...{ losses: [], loss: Number.NaN, failed: false },
  };
  runs.push(current);
  draw();
}

/** @param {Record<string, string>} typed what the run goes on with */
export function resume({ learning_rate = "", l2 = "" }) {
  if (current === undefined) return;
  if (!runs.includes(current)) {
    made += 1;
    current.number = made;
    runs.push(current);
  }
  current.learning_rate = changed(current.learning_rate, learning_rate);
  current.l2 = changed(current.l2, l2);
  current.failed = false;
}

/** @param {string} before @param {string} now */
function changed(before, now) {
  return before === now || before.endsWith(` → ${now}`) ? before : `${before} → ${now}`;
}

/** @param {Losses} news with the losses of the new steps */
export function add({ losses, loss }) {
  if (current === undefined) return;
  current.losses.push(...losses);
  current.loss = loss;
  draw();
}

/** The current run goes on from here. @param {Losses} news with all its losses */
export function replace({ losses, loss }) {
  if (current) Object.assign(current, { losses: [...losses], loss });
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
  current = runs.findLast((run) => run.kind === kind && !run.failed) ?? current;
  draw();
}

/** Forget the runs that are drawn, but not one that is under way; what was learned stays. */
function clear() {
  runs = runs.filter((run) => state.training && run === current);
  made = runs.length;
  if (current) current.number = made;
  draw();
}

/** What is drawn, to come back to it with its list. */
export function snapshot() {
  return { runs, current, made, references };
}

/** @param {ReturnType<typeof snapshot>} before */
export function back(before) {
  ({ runs, current, made, references } = before);
  draw();
}

/** Forget all: another list is in use. */
export function reset() {
  runs = [];
  current = undefined;
  references = [];
  clear();
}

/** @param {Fit} fit of the count model */
export function compareWith({ mean_nll, smoothing, lowest, uniform, symbols }) {
  references = [
    { label: `counting, smoothing ${smoothing}: ${decimal(mean_nll)}`, loss: mean_nll, line: 1 },
    { label: `counting, no smoothing: ${decimal(lowest)}`, loss: lowest, line: 2 },
    { label: `guessing evenly, ln ${symbols}: ${decimal(uniform)}`, loss: uniform },
  ];
  byId("curve-note").textContent =
    `Counting reaches ${decimal(mean_nll)} with smoothing ${smoothing}, and ${decimal(lowest)} without, the lowest of all bigram models on these words. Guessing evenly gives ${decimal(uniform)}. The curve includes regularization.`;
  draw();
}

/** Draw once a frame, however often news come. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    clearButton.disabled = runs.length === 0;
    curveView.render(elements, { runs, references, log: log.checked });
    runsView.render(byId("runs"), runs);
  });
}
