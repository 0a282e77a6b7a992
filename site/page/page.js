/** What all panels and places share: the engine, what the page holds, and how it tells of success and failure. */

import { byId } from "../dom.js";
import * as statusView from "../views/status.js";
import { ActionError, DeathError, Engine } from "./engine.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("./lists.js").Source} Source */

/** What the page holds; Python holds the rest. */
export const state = {
  /** @type {Source | undefined} the list to be used next, or in use */
  source: undefined,
  /** @type {Source | undefined} the list that Python has read */
  inUse: undefined,
  /** @type {string | undefined} the id of the list in use, if it is a built-in one */
  listId: undefined,
  /** @type {import("../types").Summary | undefined} of the list in use */
  summary: undefined,
  ready: false,
  failed: false,
  loaded: false,
  /** Whether the first list has been taken up to the end, with its words. */
  begun: false,
  training: false,
  reading: false,
  /** The model that is chosen. */
  kind: "auto",
  /** What was trained on the list in use, by kind. @type {Map<string, Card>} */
  cards: new Map(),
  /** What Python gave of the nets last, should it die. @type {Map<string, import("../types").Saved>} */
  saved: new Map(),
  /** Whether words are made as in the notebook: of the whole list, nothing left out. */
  notebook: false,
  /** What the words that are shown are of, in words. */
  madeBy: "",
};

export const engine = new Engine();

/** @param {string} text */
export function say(text, error = false) {
  statusView.render(byId("status"), { text, error });
}

/** Do something; if it fails, say why and leave everything as it was. */
export async function attempt(/** @type {() => Promise<void>} */ action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof DeathError) return; // lifecycle.js tells of it, and brings everything back
    if (error instanceof ActionError && error.setting) markInvalid(error.setting);
    if (error.name === "MemoryError") engine.onStuck(true); // only a new start gives memory back
    say(error.message, true);
  }
}

/** @type {Set<string>} */
const underWay = new Set();

/**
 * Attempt what a person asked for, unless one of its kind is still under way: a second click starts
 * no second run. What was wrong in a field is looked at anew.
 *
 * @param {string} kind
 * @param {() => Promise<void>} action
 */
export async function attemptOnce(kind, action) {
  if (underWay.has(kind)) return;
  underWay.add(kind);
  clearInvalid();
  try {
    await attempt(action);
  } finally {
    underWay.delete(kind);
  }
}

/** @param {string} name of a setting */
function markInvalid(name) {
  const field = document.getElementById(name);
  if (!(field instanceof HTMLElement)) return;
  field.closest("[hidden]")?.removeAttribute("hidden");
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

/** @param {string} id of a form @param {() => Promise<void>} action */
export function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.ready && state.loaded) attemptOnce(id, action);
  });
}

const button = (/** @type {string} */ id) => /** @type {HTMLButtonElement} */ (byId(id));
const buttons = {
  train: button("train"),
  stop: button("stop"),
  resume: button("resume"),
  more: button("make-more"),
  generate: button("generate"),
  notebook: button("as-notebook"),
  link: button("copy-link"),
  saveProject: button("save-project"),
  openProject: button("open-project"),
  saveModel: button("save-model"),
  openModel: button("open-model"),
  python: button("continue-python"),
  copy: button("copy"),
  download: button("download"),
  scores: button("words-csv"),
};

/** Bring buttons and the page's state in line with what can be done now. */
export function refresh() {
  const { ready, failed, loaded, training, kind } = state;
  const usable = ready && loaded;
  const idle = usable && state.begun ? "ready" : failed ? "error" : "loading";
  const steps = state.cards.get(kind)?.step !== undefined;
  document.body.dataset.state = training ? "training" : idle;
  buttons.train.disabled = !usable || training;
  buttons.stop.disabled = buttons.stop.hidden = !training;
  buttons.resume.disabled = !usable || training || !steps;
  buttons.resume.hidden = training || !steps;
  // Between two slices of training there is time to make words.
  buttons.link.disabled = buttons.saveProject.disabled = buttons.openProject.disabled = !usable;
  buttons.python.disabled = !usable;
  buttons.openModel.disabled = !usable || training;
  buttons.saveModel.disabled = !usable || !state.cards.has(kind);
  buttons.more.disabled = buttons.generate.disabled = buttons.notebook.disabled = !usable;
  const none = document.querySelector("#generated li") === null;
  buttons.copy.disabled = buttons.download.disabled = buttons.scores.disabled = none;
}
