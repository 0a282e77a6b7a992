/** Step 2: train the chosen model, watch its loss, stop and resume. */

import { byId, counted, decimal } from "../dom.js";
import { attempt, engine, onSubmit, refresh, say, state } from "../page.js";
import * as settings from "../settings.js";
import * as curveView from "../views/curve.js";
import * as lossView from "../views/loss.js";
import * as model from "./model.js";

/** @typedef {import("../types").Fit} Fit */
/** @typedef {import("../types").Progress} Progress */

const LOSS_NOTE = "Mean negative log-likelihood, in nats per bigram: lower is better.";

const progressBar = /** @type {HTMLProgressElement} */ (byId("training-progress"));
const lossElements = { figure: byId("loss"), note: byId("loss-note") };

export function listen() {
  onSubmit("train-form", train);
  byId("stop").addEventListener("click", () => attempt(stop));
  byId("resume").addEventListener("click", () => attempt(resume));
  for (const radio of document.querySelectorAll('input[name="model"]')) {
    radio.addEventListener("change", refresh);
  }
}

/** Forget the net: another list is in use. */
export function reset() {
  state.net = undefined;
  state.losses = [];
  curveView.render(byId("curve"), state.losses);
}

async function train() {
  if (settings.model() === "counting") {
    const fit = await engine.call("fit", settings.read(["smoothing"]));
    showFit(fit);
    await model.update();
    say(`Counted: mean negative log-likelihood ${decimal(fit.mean_nll)}.`);
  } else {
    const begun = await engine.call(
      "start_training",
      settings.read(["steps", "learning_rate", "l2", "weights_seed"]),
    );
    const before = { net: state.net, losses: state.losses };
    state.losses = [];
    await run(begun).catch((error) => {
      if (before.net) Object.assign(state, before);
      if (state.net) showNet(state.net);
      throw error;
    });
  }
  settings.toUrl(state.listId);
}

async function resume() {
  const begun = await engine.call(
    "resume_training",
    settings.read(["steps", "learning_rate", "l2"]),
  );
  await run(begun);
}

/** @param {Progress} begun */
async function run(begun) {
  state.training = true;
  progressBar.hidden = false;
  refresh();
  say(`Training for ${counted(begun.steps - begun.step, "step")}.`);
  showNet(begun);
  try {
    const last = await engine.train(showNet);
    showNet(last);
    await model.update();
    const how = last.done ? "Trained" : "Stopped";
    say(`${how} after ${counted(last.step, "step")}: loss ${decimal(last.loss)}.`);
  } finally {
    state.training = false;
    progressBar.hidden = true;
    refresh();
  }
}

/** @param {Progress} progress */
function showNet(progress) {
  state.net = progress;
  state.losses.push(...progress.losses);
  progressBar.max = progress.steps;
  progressBar.value = progress.step;
  curveView.render(byId("curve"), state.losses);
  lossView.render(lossElements, {
    loss: progress.loss,
    note: `After ${counted(progress.step, "step")}, with regularization; ${decimal(progress.mean_nll)} without. ${LOSS_NOTE}`,
  });
}

/** @param {Fit} fit */
export function showFit(fit) {
  lossView.render(lossElements, {
    loss: fit.mean_nll,
    note: `By counting, with smoothing ${fit.smoothing}; log-likelihood ${fit.log_likelihood.toLocaleString("en-US", { maximumFractionDigits: 1 })}. ${LOSS_NOTE}`,
  });
}

export async function stop() {
  await engine.stop();
}
