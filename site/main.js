/** The only wiring: control → engine → view. */

import { byId, counted, decimal, h, whole } from "./dom.js";
import { ActionError, Engine } from "./engine.js";
import * as lists from "./lists.js";
import * as settings from "./settings.js";
import * as bootView from "./views/boot.js";
import * as curveView from "./views/curve.js";
import * as generatedView from "./views/generated.js";
import * as heatmapView from "./views/heatmap.js";
import * as lossView from "./views/loss.js";
import * as statusView from "./views/status.js";
import * as summaryView from "./views/summary.js";

/** @typedef {import("./types").Fit} Fit */
/** @typedef {import("./types").Generated} Generated */
/** @typedef {import("./types").Preview} Preview */
/** @typedef {import("./types").Progress} Progress */
/** @typedef {import("./types").Summary} Summary */
/** @typedef {import("./lists.js").Source} Source */

const SAMPLE_NOTE = "Worked out when this page was built; Python will take over in a moment.";
const LOSS_NOTE = "Mean negative log-likelihood, in nats per bigram: lower is better.";

const element = {
  list: settings.control("list"),
  upload: /** @type {HTMLInputElement} */ (settings.control("upload")),
  paste: /** @type {HTMLTextAreaElement} */ (byId("paste")),
  train: /** @type {HTMLButtonElement} */ (byId("train")),
  stop: /** @type {HTMLButtonElement} */ (byId("stop")),
  resume: /** @type {HTMLButtonElement} */ (byId("resume")),
  generate: /** @type {HTMLButtonElement} */ (byId("generate")),
  copy: /** @type {HTMLButtonElement} */ (byId("copy")),
  download: /** @type {HTMLButtonElement} */ (byId("download")),
  progress: /** @type {HTMLProgressElement} */ (byId("training-progress")),
};
const lossElements = { figure: byId("loss"), note: byId("loss-note") };
const wordElements = { list: byId("generated"), note: byId("words-note") };

/** What the page holds; Python holds the rest. */
const state = {
  /** @type {Source | undefined} the list to be used next, or in use */
  source: undefined,
  /** @type {string | undefined} the id of the list in use, if it is a built-in one */
  listId: undefined,
  ready: false,
  loaded: false,
  training: false,
  /** @type {Progress | undefined} of the net, if it was trained on this list */
  net: undefined,
  /** @type {number[]} */
  losses: [],
  /** @type {Generated | undefined} */
  generated: undefined,
};

const engine = new Engine((error) => {
  document.body.dataset.state = "error";
  byId("boot").hidden = true;
  say(`Python has stopped: ${error.message}. Reload the page to start it again.`, true);
});

/** @param {string} text */
function say(text, error = false) {
  statusView.render(byId("status"), { text, error });
}

/** Do something that a person asked for; if it fails, say why and leave everything as it was. */
async function attempt(/** @type {() => Promise<void>} */ action) {
  clearInvalid();
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof ActionError && error.setting) markInvalid(error.setting);
    say(error.message, true);
  }
}

/** @param {string} name of a setting */
function markInvalid(name) {
  const field = settings.control(name);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "status");
  field.focus();
}

function clearInvalid() {
  for (const field of document.querySelectorAll('[aria-invalid="true"]')) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/** Bring buttons and the page's state in line with what can be done now. */
function refresh() {
  const { ready, loaded, training, net } = state;
  const gradient = settings.model() === "gradient";
  const usable = ready && loaded && !training;
  document.body.dataset.state = training ? "training" : usable ? "ready" : "loading";
  element.train.disabled = !usable;
  element.stop.disabled = !training;
  element.stop.hidden = !gradient;
  element.resume.disabled = !usable || net === undefined;
  element.resume.hidden = !gradient;
  element.generate.disabled = !usable;
  element.copy.disabled = element.download.disabled = state.generated === undefined;
  for (const fields of document.querySelectorAll("[data-model]")) {
    if (fields instanceof HTMLElement) fields.hidden = fields.dataset.model !== settings.model();
  }
}

// ---- 1. Words

/** @param {Source} source */
async function use(source) {
  state.source = source;
  if (!state.ready) {
    say(`“${source.name}” will be read as soon as Python is ready.`);
    if (source.id) await showPreview(source.id);
    return;
  }
  if (state.training) await stop();
  const data = await source.bytes();
  if (state.source !== source) return; // another list was chosen meanwhile
  const began = performance.now();
  /** @type {Summary} */
  const summary = await engine.call("load", { name: source.name, data });
  state.listId = source.id;
  state.loaded = true;
  state.net = undefined;
  state.losses = [];
  showSummary(summary);
  forgetWords();
  showFit(await engine.call("fit", settings.read(["smoothing"])));
  element.list.value = source.id ?? "";
  const seconds = (performance.now() - began) / 1000;
  say(
    `${counted(summary.count, "word")} of “${summary.name}” read and counted in ${seconds.toFixed(2)} s.`,
  );
  settings.toUrl(state.listId);
  refresh();
}

/** @param {Summary} summary */
function showSummary(summary, note = "") {
  summaryView.render(byId("summary"), { summary, note });
  heatmapView.render(byId("heatmap"), summary.table);
  curveView.render(byId("curve"), state.losses);
}

/** @param {string} id */
async function showPreview(id) {
  const preview = await lists.preview(id);
  if (state.ready || state.source?.id !== id) return;
  showSummary(preview.summary, SAMPLE_NOTE);
  showFit(preview.fit);
  generatedView.render(wordElements, { generated: preview.generated, note: SAMPLE_NOTE });
}

async function fillLists() {
  const all = await lists.builtInLists();
  element.list.replaceChildren(
    ...all.map(({ id, title, count }) => h("option", { value: id }, `${title} (${whole(count)})`)),
    h("option", { value: "", hidden: true }, "your own list"),
  );
  const wanted = settings.fromUrl();
  const first = all.find(({ id }) => id === wanted) ?? all[0];
  element.list.addEventListener("change", () => {
    const chosen = all.find(({ id }) => id === element.list.value);
    if (chosen) attempt(() => use(lists.builtIn(chosen)));
  });
  if (first === undefined) throw new Error("The page was built without a word list.");
  element.list.value = first.id;
  refresh();
  if (state.source === undefined) await use(lists.builtIn(first));
}

/** @param {File | undefined} file */
function useFile(file) {
  if (file) attempt(() => use(lists.fromFile(file)));
}

// ---- 2. Train

async function train() {
  if (settings.model() === "counting") {
    const fit = await engine.call("fit", settings.read(["smoothing"]));
    showFit(fit);
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
  element.progress.hidden = false;
  refresh();
  say(`Training for ${counted(begun.steps - begun.step, "step")}.`);
  showNet(begun);
  try {
    const last = await engine.train(showNet);
    showNet(last);
    const how = last.done ? "Trained" : "Stopped";
    say(`${how} after ${counted(last.step, "step")}: loss ${decimal(last.loss)}.`);
  } finally {
    state.training = false;
    element.progress.hidden = true;
    refresh();
  }
}

/** @param {Progress} progress */
function showNet(progress) {
  state.net = progress;
  state.losses.push(...progress.losses);
  element.progress.max = progress.steps;
  element.progress.value = progress.step;
  curveView.render(byId("curve"), state.losses);
  lossView.render(lossElements, {
    loss: progress.loss,
    note: `After ${counted(progress.step, "step")}, with regularization; ${decimal(progress.mean_nll)} without. ${LOSS_NOTE}`,
  });
}

/** @param {Fit} fit */
function showFit(fit) {
  lossView.render(lossElements, {
    loss: fit.mean_nll,
    note: `By counting, with smoothing ${fit.smoothing}; log-likelihood ${fit.log_likelihood.toLocaleString("en-US", { maximumFractionDigits: 1 })}. ${LOSS_NOTE}`,
  });
}

async function stop() {
  await engine.stop();
}

// ---- 3. Make more

async function generate() {
  /** @type {Generated} */
  const generated = await engine.call("generate", {
    model: settings.model(),
    ...settings.read(["count", "seed", "era", "temperature"]),
  });
  state.generated = generated;
  generatedView.render(wordElements, { generated });
  say(`${counted(generated.words.length, "word")} made.`);
  settings.toUrl(state.listId);
  refresh();
}

function forgetWords() {
  state.generated = undefined;
  wordElements.list.replaceChildren();
  wordElements.note.textContent = "Press Generate to make words like these.";
}

function generatedText() {
  return `${state.generated?.words.map(({ word }) => word).join("\n") ?? ""}\n`;
}

async function copy() {
  await navigator.clipboard.writeText(generatedText());
  say("The words are in the clipboard.");
}

async function download() {
  const url = URL.createObjectURL(new Blob([generatedText()], { type: "text/plain" }));
  const link = h("a", { href: url, download: "makemore-words.txt" });
  link.click();
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  say("The words were downloaded as makemore-words.txt.");
}

// ---- Wiring

function listen() {
  const { upload, paste } = element;
  upload.addEventListener("change", () => {
    useFile(upload.files?.[0]);
    upload.value = ""; // so that the same file can be chosen again after a change
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    useFile(event.dataTransfer?.files[0]);
  });
  byId("use-paste").addEventListener("click", () =>
    attempt(async () => {
      if (paste.value.trim() === "") {
        throw new Error("Nothing was pasted. Paste some words, one a line, and try again.");
      }
      await use(lists.fromText(paste.value));
    }),
  );
  onSubmit("train-form", train);
  onSubmit("generate-form", generate);
  element.stop.addEventListener("click", () => attempt(stop));
  element.resume.addEventListener("click", () => attempt(resume));
  element.copy.addEventListener("click", () => attempt(copy));
  element.download.addEventListener("click", () => attempt(download));
  for (const radio of document.querySelectorAll('input[name="model"]')) {
    radio.addEventListener("change", refresh);
  }
}

/** @param {string} id @param {() => Promise<void>} action */
function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    if (document.body.dataset.state === "ready") attempt(action);
  });
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}

async function startPython() {
  try {
    await engine.start((step) => bootView.render(byId("boot"), step));
  } catch (error) {
    document.body.dataset.state = "error";
    byId("boot").hidden = true;
    throw new Error(`Python could not be started: ${message(error)} Reload the page to try again.`);
  }
  state.ready = true;
  byId("boot").hidden = true;
  if (state.source) await use(state.source);
}

listen();
await Promise.all([attempt(fillLists), attempt(startPython)]);
