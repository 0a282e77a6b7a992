/** Step 2: train the chosen model, watch its loss, stop and resume. */

import { byId, counted, decimal } from "../dom.js";
import * as settings from "../settings.js";
import * as lossView from "../views/loss.js";
import { ActionError } from "./engine.js";
import * as learned from "./learned.js";
import * as loads from "./loads.js";
import { attempt, attemptOnce, engine, onSubmit, refresh, say, state } from "./page.js";
import * as runs from "./runs.js";

/** @typedef {import("../types").Fit} Fit */
/** @typedef {import("../types").Progress} Progress */

const RISEN = 1.01; // the loss is this many times its lowest: worth a word
const SAVE_EVERY = 1000; // ms of training
const SAVE_RATE = 20_000; // bytes per ms of training, so that it takes a small share of the time

const progressBar = /** @type {HTMLProgressElement} */ (byId("training-progress"));
const lossElements = { figure: byId("loss"), note: byId("loss-note") };

export function listen() {
  onSubmit("train-form", train);
  byId("stop").addEventListener("click", () => attempt(stop));
  byId("resume").addEventListener("click", () => attemptOnce("train-form", resume));
  byId("train-form").addEventListener("change", (event) => {
    const radio = event.target instanceof HTMLInputElement && event.target.type === "radio";
    if (state.training && !radio) {
      say("Training goes on as it began. To go on with what you changed, press Stop, then Resume.");
    }
  });
  for (const radio of document.querySelectorAll('input[name="model"]')) {
    radio.addEventListener("change", refresh);
  }
}

/** Forget the net: another list is in use. */
export function reset() {
  state.net = undefined;
  state.saved = undefined;
  runs.reset();
}

async function train() {
  if (settings.model() === "counting") {
    await listIsThere();
    const fit = await fitCounts();
    await learned.update();
    say(`Counted: mean negative log-likelihood ${decimal(fit.mean_nll)}.`);
  } else {
    await run("start_training", settings.read(["steps", "learning_rate", "l2", "weights_seed"]));
  }
  settings.toUrl(state.listId);
}

/** @returns {Promise<Fit>} of the count model, made anew with the smoothing that was typed */
export async function fitCounts() {
  const fit = await engine.call("fit", settings.read(["smoothing"]));
  showFit(fit);
  return fit;
}

/**
 * Count a new list, whatever was typed: it is no use without a model.
 *
 * @returns {Promise<string>} what was wrong with the smoothing that was typed, if anything
 */
export async function fitNewList() {
  try {
    await fitCounts();
    return "";
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const { smoothing } = settings.SETTINGS;
    showFit(await engine.call("fit", { smoothing }));
    return ` ${error.message} Until then it is ${smoothing}.`;
  }
}

async function resume() {
  await run("resume_training", settings.read(["steps", "learning_rate", "l2"]));
}

let stopping = new AbortController();
/** Settled when nothing is being trained. @type {Promise<void>} */
let running = Promise.resolve();

/** What is trained is the list that was asked for last, not the one that is about to go. */
async function listIsThere() {
  if (loads.isUnderWay()) say("Training begins as soon as the list has been read.");
  await loads.idle();
}

/** @param {string} action @param {Record<string, string>} args */
async function run(action, args) {
  await listIsThere();
  stopping = new AbortController();
  const done = advance(action, args);
  running = done.catch(() => {});
  await done;
}

/** @param {string} action @param {Record<string, string>} args */
async function advance(action, args) {
  const begun = await engine.call(action, args);
  state.training = true;
  progressBar.hidden = false;
  refresh();
  say(`Training for ${counted(begun.steps - begun.step, "step")}.`);
  if (action === "start_training") runs.begin(args, begun.run);
  else runs.resume(args);
  showNet(begun);
  try {
    const { signal } = stopping;
    const last = await engine.stream("descend", {}, showAndSave, { signal });
    showNet(last);
    await settle();
    say(outcome(last));
  } catch (error) {
    if (error instanceof ActionError) {
      // Python gave back the last good net; the page follows it.
      const last = await engine.call("progress");
      runs.fail(last, error.losses);
      showNet({ ...last, losses: [] });
      await settle();
    }
    throw error;
  } finally {
    state.training = false;
    progressBar.hidden = true;
    refresh();
  }
}

async function settle() {
  await save();
  await learned.update();
}

/** @param {Progress} last */
function outcome(last) {
  const what = `${last.done ? "Trained" : "Stopped"} after ${counted(last.step, "step")}: loss ${decimal(last.loss)}.`;
  return last.lowest !== undefined && last.loss > RISEN * last.lowest
    ? `${what} It was ${decimal(last.lowest)} before and rose again: a smaller learning rate may end lower.`
    : what;
}

let savedAt = 0;

/** @param {Progress} progress */
function showAndSave(progress) {
  showNet(progress);
  if (performance.now() >= savedAt) attempt(save);
}

/** Keep the net outside of Python as well, which may die. */
async function save() {
  savedAt = Number.POSITIVE_INFINITY; // until this one is done
  let pause = SAVE_EVERY;
  try {
    const saved = await engine.call("save_run");
    state.saved = saved;
    pause = Math.max(pause, (2 * saved.weights.byteLength) / SAVE_RATE);
  } finally {
    savedAt = performance.now() + pause;
  }
}

/** Bring a net back that was saved, to a Python that was started anew. */
export async function restore() {
  if (state.saved !== undefined) {
    const progress = await engine.call("restore_run", { saved: state.saved });
    runs.replace(progress);
    showNet({ ...progress, losses: [] });
  }
}

/** @param {Progress} progress */
function showNet(progress) {
  state.net = progress;
  progressBar.max = progress.steps;
  progressBar.value = progress.step;
  runs.add(progress);
  lossView.render(lossElements, {
    loss: progress.loss,
    note: `After ${counted(progress.step, "step")}, with regularization; ${decimal(progress.mean_nll)} without. ${lossView.LOSS_NOTE}`,
  });
}

/** @param {Fit} fit */
export function showFit(fit) {
  state.smoothing = fit.smoothing;
  runs.compareWith(fit);
  lossView.renderFit(lossElements, fit);
}

/** Stop training, if it is under way, and wait until it has ended. */
export async function stop() {
  stopping.abort();
  await running;
}
