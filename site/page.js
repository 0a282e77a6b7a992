/** What all steps share: the engine, what the page holds, and how it tells of success and failure. */

import { byId } from "./dom.js";
import { ActionError, Engine } from "./engine.js";
import * as settings from "./settings.js";
import * as statusView from "./views/status.js";

/** @typedef {import("./types").Generated} Generated */
/** @typedef {import("./types").Progress} Progress */
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

export const engine = new Engine((error) => {
  document.body.dataset.state = "error";
  byId("boot").hidden = true;
  say(`Python has stopped: ${error.message}. Reload the page to start it again.`, true);
});

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

/** @param {string} id of a form @param {() => Promise<void>} action */
export function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    if (document.body.dataset.state === "ready") attempt(action);
  });
}

/** Bring buttons and the page's state in line with what can be done now. */
export function refresh() {
  const { ready, loaded, training, net } = state;
  const gradient = settings.model() === "gradient";
  const usable = ready && loaded && !training;
  document.body.dataset.state = training ? "training" : usable ? "ready" : "loading";
  buttons.train.disabled = !usable;
  buttons.stop.disabled = !training;
  buttons.stop.hidden = !gradient;
  buttons.resume.disabled = !usable || net === undefined;
  buttons.resume.hidden = !gradient;
  buttons.generate.disabled = !usable;
  buttons.copy.disabled = buttons.download.disabled = state.generated === undefined;
  for (const fields of document.querySelectorAll("[data-model]")) {
    if (fields instanceof HTMLElement) fields.hidden = fields.dataset.model !== settings.model();
  }
}
