/** The project of this tab, kept as it changes; those of before, to be continued or forgotten. */

import { byId, counted, h, quoted } from "../dom.js";
import * as settings from "../settings.js";
import * as actions from "./actions.js";
import * as compare from "./compare_place.js";
import { ActionError } from "./engine.js";
import * as files from "./files.js";
import * as kept from "./kept.js";
import * as lists from "./lists_panel.js";
import * as make from "./make_panel.js";
import * as models from "./models_panel.js";
import { attempt, say, state } from "./page.js";
import * as runs from "./runs.js";
import * as words from "./words_panel.js";

/** @typedef {import("../types").Project} Project */

const FILE = "makemore-project";
const PAUSE = 600; // ms after the last change
const MOST_WORDS = 5000; // of those that are shown
const MOST_BYTES = 50_000_000; // of a list

const keep = /** @type {HTMLInputElement} */ (settings.control("keep"));
const button = /** @type {HTMLButtonElement} */ (byId("continue"));

let id = "";
let name = "";
let timer = 0;
/** What was changed since it was written last. */
let unsaved = false;
/** Why nothing can be kept, once that was found out. */
let refused = "";

export function listen() {
  keep.checked = kept.wanted();
  keep.addEventListener("change", () => attempt(switchKeeping));
  byId("forget-all").addEventListener("click", () => attempt(forgetAll));
  byId("projects").addEventListener("click", (event) => attempt(() => onClick(event)));
  byId("save-project").addEventListener("click", () => attempt(saveFile));
  const file = /** @type {HTMLInputElement} */ (byId("project-file"));
  byId("open-project").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    if (chosen) attempt(() => openFile(chosen));
  });
  byId("more-button").addEventListener("click", () => attempt(show));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && unsaved) attempt(save);
  });
}

/** Offer what was left last. */
export async function offer() {
  if (!kept.wanted()) return;
  try {
    const [last] = await kept.all();
    if (last === undefined || /[?&]with=/.test(location.hash)) return;
    button.replaceChildren("Continue: ", h("bdi", {}, title(last)));
    button.hidden = false;
    button.addEventListener("click", () => attempt(() => goOn(last.id)), { once: true });
  } catch (error) {
    refuse(error);
  }
}

/** Something of the project has changed: write it soon. */
export function changed() {
  if (!state.loaded || !isWorthIt()) return;
  unsaved = true;
  clearTimeout(timer);
  timer = window.setTimeout(() => attempt(save), PAUSE);
}

/** Whether leaving would lose nothing. */
export function isKept() {
  return kept.wanted() && refused === "" && !unsaved;
}

function isWorthIt() {
  const trained = [...state.cards.values()].some(({ step }) => step !== undefined);
  const compared = compare.snapshot() !== undefined;
  return words.stars().length > 0 || state.listId === undefined || trained || compared;
}

async function save() {
  clearTimeout(timer);
  if (!kept.wanted() || !state.loaded || !isWorthIt()) return;
  try {
    if (id === "") {
      id = crypto.randomUUID();
      await kept.claim(id);
    }
    unsaved = false;
    await kept.put(await capture());
    button.hidden = true;
  } catch (error) {
    unsaved = true;
    refuse(error);
  }
}

/** @param {unknown} error */
function refuse(error) {
  const full = error instanceof Error && error.name === "QuotaExceededError";
  const why = full
    ? "there is no room left for it: forget some projects under More, or save your words"
    : "this browser does not allow it: save your words, or copy a link";
  if (refused !== why) say(`Your work is not kept on this device: ${why}.`, true);
  refused = why;
}

/** @returns {Promise<Project>} */
async function capture() {
  const { kind, notebook, cards, inUse, listId, summary } = state;
  const blob = listId ? undefined : await inUse?.blob();
  const made = make.snapshot();
  return {
    ...{ id, name: name || (summary?.name ?? ""), updated: Date.now() },
    list: {
      ...{ id: listId, name: summary?.name ?? "", options: inUse?.options },
      ...{ pasted: inUse?.pasted, blob: blob && blob.size <= MOST_BYTES ? blob : undefined },
    },
    ...{ kind, notebook, model: models.typedSettings(), asked: settings.all() },
    made: { ...made, words: made.words.slice(0, MOST_WORDS) },
    ...{ stars: words.stars(), runs: runs.snapshot(), comparison: compare.snapshot() },
    ...{ cards: [...cards], saved: [...state.saved] },
  };
}

/** Give the project away: a file of the model that is chosen, with all the rest in it. */
async function saveFile() {
  await models.ensure();
  const { saved: _, runs: __, cards: ___, comparison: ____, list, ...project } = await capture();
  const { blob, ...told } = list;
  const encoding = list.options?.encoding ?? "utf-8";
  const text = blob && new TextDecoder(encoding).decode(await blob.arrayBuffer());
  const json = JSON.stringify({ ...project, list: { ...told, text } });
  const bytes = await actions.saveProject(state.kind, json);
  files.save(`${FILE}.safetensors`, new Blob([bytes]));
  say(`The project is saved as ${FILE}.safetensors: list, model, words and stars.`);
}

/** Open a file that the page has saved: a project, or else a model. @param {File} file */
export async function openSaved(file) {
  if (!state.ready) throw new Error(`Python is not ready yet: open ${quoted(file.name)} then.`);
  const data = await file.arrayBuffer();
  const project = await actions.openProject(data.slice(0)).catch((error) => {
    if (error instanceof ActionError && error.message.includes("no project")) return undefined;
    throw error;
  });
  await (project === undefined ? models.openFile(file) : openFile(file));
}

/** @param {Blob} file that `saveFile` made */
export async function openFile(file) {
  const data = await file.arrayBuffer();
  const { list, ...project } = JSON.parse(await actions.openProject(data.slice(0)));
  const { text, ...told } = list;
  const blob = typeof text === "string" ? new Blob([text]) : undefined;
  id = "";
  name = String(project.name ?? "");
  const options = { ...told.options, encoding: undefined, guessed: undefined };
  await lists.open({
    ...project,
    list: { ...told, options, blob },
    cards: [],
    saved: [],
    runs: null,
  });
  if (models.info().net) await models.openFile(new Blob([data]));
  say(`${quoted(title({ ...project, name }))} is here, as its file has it.`);
}

/** @param {string} wanted the project to go on with */
async function goOn(wanted) {
  const project = (await kept.all()).find((one) => one.id === wanted);
  if (project === undefined) throw new Error("This project is not kept any more.");
  if (unsaved) await save();
  const mine = wanted === id || (await kept.claim(wanted));
  id = mine ? wanted : "";
  name = project.name;
  button.hidden = true;
  await lists.open(project);
  const note = mine ? "" : " It is open in another tab, so this is a copy of it.";
  say(`${quoted(title(project))} is here again.${note}`);
  unsaved = false;
  await show();
}

/** @param {Project} project */
function title({ name: called, stars }) {
  return stars.length > 0 ? `${called}, ${stars.length} starred` : called;
}

async function show() {
  byId("keep-note").textContent = refused && `Not kept: ${refused}.`;
  /** @type {Project[]} */
  const projects = await kept.all().catch(() => []);
  byId("projects").replaceChildren(...projects.map(item));
  /** @type {HTMLButtonElement} */ (byId("forget-all")).disabled = projects.length === 0;
}

/** @param {Project} project */
function item(project) {
  const act = (/** @type {string} */ action, /** @type {string} */ label) =>
    h(
      "button",
      {
        ...{ type: "button", class: "quiet", "data-action": action, "data-id": project.id },
        "aria-label": `${label} ${project.name}`,
      },
      label,
    );
  const when = new Date(project.updated).toLocaleString("en", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const here = project.id === id;
  return h(
    "li",
    {},
    h("span", {}, h("bdi", {}, title(project)), h("small", {}, here ? " in use" : ` ${when}`)),
    ...(here ? [] : [act("continue", "Continue")]),
    act("rename", "Rename"),
    act("delete", "Delete"),
  );
}

/** @param {Event} event */
async function onClick({ target }) {
  const pressed = target instanceof Element ? target.closest("button") : null;
  const { action, id: which = "" } = pressed?.dataset ?? {};
  if (action === "continue") await goOn(which);
  if (action === "rename") await rename(which);
  if (action === "delete") {
    await kept.remove(which);
    if (which === id) id = name = "";
    say("The project is forgotten.");
    await show();
  }
}

/** @param {string} which */
async function rename(which) {
  const project = (await kept.all()).find((one) => one.id === which);
  const called = project && prompt("Name of the project", project.name)?.trim().slice(0, 100);
  if (!project || !called) return;
  await kept.put({ ...project, name: called });
  if (which === id) name = called;
  await show();
}

async function forgetAll() {
  const count = (await kept.all()).length;
  await kept.forgetAll();
  id = name = "";
  say(`${counted(count, "project")} forgotten: nothing of them is left on this device.`);
  await show();
}

async function switchKeeping() {
  kept.want(keep.checked);
  if (keep.checked) {
    say("Your work is kept on this device from now on.");
    changed();
    return;
  }
  clearTimeout(timer);
  say("Nothing is kept from now on. What is kept already stays until you forget it.");
}
