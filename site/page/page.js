/** What all steps share: the engine, what the page holds, and how it tells of success and failure. */

import { byId } from "../dom.js";
import * as settings from "../settings.js";
import * as statusView from "../views/status.js";
import { ActionError, DeathError, Engine } from "./engine.js";

/** @typedef {import("../types").Generated} Generated */
/** @typedef {import("../types").Progress} Progress */
/** @typedef {import("./lists.js").Source} Source */

const button = (/** @type {string} */ id) => /** @type {HTMLButtonElement} */ (byId(id));
const buttons = {
  train: button("train"),
  stop: button("stop"),
  resume: button("resume"),
  generate: button("generate"),
  copy: button("copy"),
  download: button("download"),
};

/** What the page holds; Python holds the rest. */
export const state = {
  /** @type {Source | undefined} the list to be used next, or in use */
  source: undefined,
  /** @type {Source | undefined} the list that Python has read */
  inUse: undefined,
  /** @type {string | undefined} the id of the list in use, if it is a built-in one */
  listId: undefined,
  ready: false,
  failed: false,
  loaded: false,
  training: false,
  reading: false,
  /** @type {Progress | undefined} of the net, if it was trained on this list */
  net: undefined,
  /** @type {unknown} what save_run() of session/training.py gave last: the net, should Python die */
  saved: undefined,
  /** @type {number | undefined} of the count model */
  smoothing: undefined,
  /** @type {Generated | undefined} */
  generated: undefined,
};

export const engine = new Engine();

/** @param {string} text */
export function say(text, error = false) {
  statusView.render(byId("status"), { text, error });
}

/** Do something that a person asked for; if it fails, say why and leave everything as it was. */
export async function attempt(/** @type {() => Promise<void>} */ action) {
  clearInvalid();
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof DeathError) return; // python.js tells of it, and brings everything back
    if (error instanceof ActionError && error.setting) markInvalid(error.setting);
    if (error.name === "MemoryError") engine.onStuck(true); // only a new start gives memory back
    say(error.message, true);
  }
}

/** @type {Set<string>} */
const underWay = new Set();

/**
 * Attempt an action unless one of its kind is still under way: a second click starts no second run.
 *
 * @param {string} kind
 * @param {() => Promise<void>} action
 */
export async function attemptOnce(kind, action) {
  if (underWay.has(kind)) return;
  underWay.add(kind);
  try {
    await attempt(action);
  } finally {
    underWay.delete(kind);
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

/** @param {string} id of a form @param {() => Promise<void>} action */
export function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.ready && state.loaded) attemptOnce(id, action);
  });
}

/** Bring buttons and the page's state in line with what can be done now. */
export function refresh() {
  const { ready, failed, loaded, training, net } = state;
  const gradient = settings.model() === "gradient";
  const usable = ready && loaded;
  const idle = usable ? "ready" : failed ? "error" : "loading";
  document.body.dataset.state = training ? "training" : idle;
  buttons.train.disabled = !usable || training;
  buttons.stop.disabled = !training;
  buttons.stop.hidden = !gradient && !training;
  buttons.resume.disabled = !usable || training || net === undefined;
  buttons.resume.hidden = !gradient;
  buttons.generate.disabled = !usable; // between two slices of training there is time for it
  buttons.copy.disabled = buttons.download.disabled = state.generated === undefined;
  for (const fields of document.querySelectorAll("[data-model]")) {
    if (fields instanceof HTMLElement) fields.hidden = fields.dataset.model !== settings.model();
  }
}
