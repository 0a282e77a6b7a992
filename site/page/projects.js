/** The project of this tab, kept as it changes; those of before, to be continued or forgotten. */

import { byId, counted, h, quoted } from "../dom.js";
import * as settings from "../settings.js";
import * as actions from "./actions.js";
import * as compare from "./compare_place.js";
import { ActionError } from "./engine.js";
import * as files from "./files.js";
import * as kept from "./kept.js";
import * as lists from "./lists_panel.js";
import * as loads from "./loads.js";
import * as make from "./make_panel.js";
import * as models from "./models_panel.js";
import * as never from "./never.js";
import { attempt, say, state } from "./page.js";
import * as projectFile from "./project_file.js";
import * as runs from "./runs.js";
import * as words from "./words_panel.js";

/** @typedef {import("../types").Project} Project */
/**
 * @typedef {object} Own
 * @property {string} id empty before it is first written
 * @property {string} name given by a person; else it is the list's
 * @property {boolean} known whether it was written
 * @property {(() => void) | null} release what lets other tabs have it
 */

const FILE = "makemore-project";
const PAUSE = 600; // ms after the last change
const MOST_WORDS = 5000; // of those that are shown
const MOST_BYTES = 50_000_000; // of a list

const keep = /** @type {HTMLInputElement} */ (settings.control("keep"));
const button = /** @type {HTMLButtonElement} */ (byId("continue"));

/** The project of the list in use. */
let own = fresh();
/** Whether that list was taken up to its end: what changes from then on, a person has done. */
let settled = false;
/** Whether a person has done anything with it. */
let worked = false;
let timer = 0;
/** What was changed since it was written last. */
let unsaved = false;
/** Writing, claiming and forgetting, one after the other. */
let queue = Promise.resolve();
let waiting = 0;
/** Why nothing can be kept, once that was found out. */
let refused = "";

/** @returns {Own} */
function fresh() {
  return { id: "", name: "", known: false, release: null };
}

export function listen() {
  keep.checked = kept.wanted();
  keep.addEventListener("change", () => attempt(switchKeeping));
  button.addEventListener("click", () => attempt(() => goOn(button.dataset.id ?? "")));
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
  for (const id of ["make-form", "settings", "reproduce"]) {
    byId(id).addEventListener("input", changed);
    byId(id).addEventListener("change", changed);
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save();
  });
}

/** Offer what was left last. */
export async function offer() {
  if (!kept.wanted()) return;
  try {
    const [last] = await kept.all();
    if (last === undefined || /[?&]with=/.test(location.hash)) return;
    button.replaceChildren("Continue: ", h("bdi", {}, title(last.name, last.starred)));
    button.dataset.id = last.id;
    button.hidden = false;
  } catch (error) {
    refused = why(error); // it is told once there is something to be kept
  }
}

/** Something of the project has changed: write it soon. */
export function changed() {
  if (!state.loaded || !settled) return;
  worked = true;
  soon();
}

function soon() {
  unsaved = isWorthIt();
  clearTimeout(timer);
  if (unsaved) timer = window.setTimeout(save, PAUSE);
}

/** Whether leaving would lose nothing. */
export function isKept() {
  return kept.wanted() && refused === "" && !unsaved && waiting === 0;
}

/** A built-in list that only was looked at is not worth keeping. */
function isWorthIt() {
  return own.known || worked || words.stars().length > 0 || state.listId === undefined;
}

/** Write the project as it is now, if anything has changed. */
function save() {
  clearTimeout(timer);
  if (!unsaved || !kept.wanted() || !state.loaded) return;
  unsaved = false;
  const [of, project] = [own, snapshot()];
  inTurn(() => write(of, project));
}

/** @param {() => Promise<void>} action */
function inTurn(action) {
  waiting += 1;
  const done = queue.then(action);
  queue = done.catch(refuse).finally(() => {
    waiting -= 1;
  });
  return done;
}

/** @param {Own} of @param {Snapshot} project as it was when it was to be written */
async function write(of, { source, ...project }) {
  try {
    if (of.id === "") {
      of.id = crypto.randomUUID();
      of.release = await kept.claim(of.id);
    }
    const blob = await contentOf(source);
    const list = { ...project.list, blob };
    const there = await kept.put({ ...project, list, id: of.id, updated: Date.now() }, of.known);
    of.known = there;
    refused = toldWhy = "";
    if (!byId("more").hidden) await show(); // the list is in view
    if (of !== own) return;
    if (there) {
      button.hidden = true;
      if (!blob && !list.id) tooLarge();
    } else {
      leaveIt();
      say("This project was forgotten. What you do from now on is kept as another one.");
    }
  } catch (error) {
    if (of === own) unsaved = true;
    throw error;
  }
}

/** @param {import("./lists.js").Source | undefined} source @returns {Promise<Blob | undefined>} its list, if that is to be kept */
async function contentOf(source) {
  if (source === undefined || source.id) return undefined;
  const blob = await source.blob();
  return blob.size <= MOST_BYTES ? blob : undefined;
}

let told = false;

function tooLarge() {
  if (told) return;
  told = true;
  say("Your list is too large to be kept with your work: you need its file again to go on later.");
}

/** What the person was told last of why nothing is kept. */
let toldWhy = "";

/** @param {unknown} error */
function refuse(error) {
  refused = why(error);
  if (toldWhy !== refused) say(`Your work is not kept on this device: ${refused}.`, true);
  toldWhy = refused;
}

/** @param {unknown} error */
function why(error) {
  if (error instanceof Error && error.message === kept.BLOCKED) return kept.BLOCKED;
  return error instanceof Error && error.name === "QuotaExceededError"
    ? "there is no room left for it: forget some projects under More, or save your words"
    : "this browser does not allow it: save your words, or copy a link";
}

/** @typedef {ReturnType<typeof snapshot>} Snapshot */

/** The project as it is at this moment, but for the content of its list. */
function snapshot() {
  const { kind, notebook, cards, inUse, listId, summary } = state;
  const made = make.snapshot();
  return {
    ...{ id: own.id, name: own.name || (summary?.name ?? ""), updated: 0, source: inUse },
    list: {
      ...{ id: listId, name: summary?.name ?? "", options: inUse?.options },
      pasted: inUse?.pasted,
    },
    ...{ kind, notebook, model: models.typedSettings(), typed: models.allTyped() },
    ...{ asked: settings.all(), made: { ...made, words: made.words.slice(0, MOST_WORDS) } },
    ...{ stars: words.stars(), runs: runs.snapshot(), comparison: compare.snapshot() },
    ...{ cards: [...cards], saved: [...state.saved] },
  };
}

/**
 * Another list is about to take the place of the one in use: its project is written as it is, and
 * another one begins.
 *
 * @returns {Own} what `comeBack` needs
 */
export function leave() {
  save();
  settled = false;
  const before = own;
  leaveIt();
  return before;
}

/** What is there belongs to no project any more. */
function leaveIt() {
  clearTimeout(timer);
  const of = own;
  inTurn(async () => of.release?.());
  own = fresh();
  worked = unsaved = false;
}

/** The list of a project that was left is in use again. @param {Own} before */
export function comeBack(before) {
  own = before;
  settled = worked = true;
  if (own.id !== "") inTurn(() => claim(own, undefined));
}

/**
 * The list is in use, with all that belongs to it: from now on what is made of it is kept.
 *
 * @param {Project} [project] that was taken up with it
 * @returns {Promise<string>} what is to be told of that
 */
export async function settle(project) {
  settled = true;
  if (project === undefined) {
    soon();
    return "";
  }
  const named = quoted(title(project.name, project.stars.length));
  own = { ...fresh(), id: project.id, name: project.name, known: project.id !== "" };
  if (project.id === "") {
    changed();
    return ` ${named} is here, as its file has it.`;
  }
  button.hidden = true;
  await inTurn(() => claim(own, project));
  const copy = own.id === "" ? " It is in use in another tab, so this is a copy of it." : "";
  return ` ${named} is here again.${copy}`;
}

/** Whatever came between, what is made of the list in use is kept from now on. */
export function goOnKeeping() {
  if (settled) return;
  settled = true;
  soon();
}

/** Have a project for this tab, or a copy of it. @param {Own} of @param {Project | undefined} project as it was read */
async function claim(of, project) {
  of.release = await kept.claim(of.id);
  const now = await kept.about(of.id);
  const same = project === undefined || now?.updated === project.updated;
  if (of.release !== null && same) return;
  of.release?.();
  Object.assign(of, { ...fresh(), name: now?.name ? `${now.name} (copy)` : of.name });
}

/** Give the project away: a file of the model that is chosen, with all the rest in it. */
async function saveFile() {
  await models.ensure();
  const { source, ...project } = snapshot();
  const list = { ...project.list, blob: await contentOf(source) };
  const { json, whole } = await projectFile.pack({ ...project, list });
  const bytes = await actions.saveProject(state.kind, json);
  files.save(`${FILE}.safetensors`, new Blob([bytes]));
  const what = whole ? "list, models" : "models (not the list, which is too large)";
  say(`The project is saved as ${FILE}.safetensors: ${what}, words and stars.`);
}

/** Open a file that the page has saved: a project, or else a model. @param {File} file */
export async function openSaved(file) {
  if (!state.ready) throw new Error(`Python is not ready yet: open ${quoted(file.name)} then.`);
  const isLast = loads.place();
  const data = await file.arrayBuffer();
  const project = await actions.openProject(data).catch((error) => {
    if (error instanceof ActionError && error.message.includes("no project")) return undefined;
    throw error;
  });
  if (project === undefined) await models.openFile(file);
  else if (isLast()) await open(project);
}

/** @param {Blob} file that `saveFile` made */
async function openFile(file) {
  const isLast = loads.place();
  const project = await actions.openProject(await file.arrayBuffer());
  if (isLast()) await open(project);
}

/** @param {string} json */
async function open(json) {
  await lists.open(projectFile.unpack(json));
}

/** @param {string} wanted the project to go on with */
async function goOn(wanted) {
  const isLast = loads.place();
  const project = await kept.get(wanted);
  if (!isLast()) return;
  if (project === undefined) throw new Error("This project is not kept any more.");
  await lists.open(project);
  await show();
}

/** @param {string} called @param {number} starred */
function title(called, starred) {
  return starred > 0 ? `${called}, ${starred} starred` : called;
}

async function show() {
  byId("keep-note").textContent = refused && `Not kept: ${refused}.`;
  const projects = await kept.all().catch(() => []);
  byId("projects").replaceChildren(...projects.map(item));
  /** @type {HTMLButtonElement} */ (byId("forget-all")).disabled = projects.length === 0;
}

/** @param {import("./kept.js").Entry} project */
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
  const here = project.id === own.id;
  return h(
    "li",
    {},
    h(
      "span",
      {},
      h("bdi", {}, title(project.name, project.starred)),
      h("small", {}, here ? " in use" : ` ${when}`),
    ),
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
  if (action === "delete") await forget(which);
}

/** @param {string} which */
async function rename(which) {
  const project = await kept.about(which);
  const called = project && prompt("Name of the project", project.name)?.trim().slice(0, 100);
  if (!called) return;
  await inTurn(() => kept.rename(which, called));
  await show();
}

/** @param {string} which */
async function forget(which) {
  if (which === own.id) leaveIt();
  if (button.dataset.id === which) button.hidden = true;
  await inTurn(() => kept.remove(which));
  say("The project is forgotten.");
  await show();
}

async function forgetAll() {
  leaveIt();
  button.hidden = true;
  await inTurn(async () => {
    const count = (await kept.all()).length;
    await kept.forgetAll();
    never.forget();
    say(`${counted(count, "project")} forgotten: nothing of them is left on this device.`);
  });
  await show();
}

async function switchKeeping() {
  const wanted = keep.checked;
  keep.checked = kept.wanted();
  kept.want(wanted);
  keep.checked = wanted;
  if (keep.checked) {
    say("Your work is kept on this device from now on.");
    soon();
    return;
  }
  clearTimeout(timer);
  say("Nothing is kept from now on. What is kept already stays until you forget it.");
}
