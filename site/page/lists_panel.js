/** The list: paste, choose, upload or drop one; see what it holds; go back to the one before. */

import { byId, counted, quoted } from "../dom.js";
import * as settings from "../settings.js";
import * as first from "../views/first.js";
import * as summaryView from "../views/summary.js";
import * as files from "./chosen_files.js";
import * as compare from "./compare_place.js";
import * as drops from "./drops.js";
import { ActionError } from "./engine.js";
import * as learned from "./learned.js";
import * as links from "./link.js";
import * as lists from "./lists.js";
import * as loads from "./loads.js";
import * as make from "./make_panel.js";
import * as models from "./models_panel.js";
import * as never from "./never.js";
import { attempt, attemptOnce, engine, refresh, say, state } from "./page.js";
import * as pasting from "./pasting.js";
import * as reading from "./reading_panel.js";
import * as runs from "./runs.js";
import { preview } from "./separators.js";
import * as table from "./table_panel.js";
import * as words from "./words_panel.js";

/** @typedef {import("./lists.js").Source} Source */
/** @typedef {import("../types").Summary} Summary */

const select = settings.control("list");
const upload = /** @type {HTMLInputElement} */ (settings.control("upload"));
const paste = /** @type {HTMLTextAreaElement} */ (byId("paste"));

const COMING = "The words of the link come as soon as Python is ready and its model is trained.";

/** @typedef {import("../types").Project} Project */
/**
 * @typedef {object} Projects of which each list has its own: see projects.js
 * @property {() => import("./projects.js").Own} leave
 * @property {(own: import("./projects.js").Own) => void} comeBack
 * @property {(project?: Project) => Promise<string>} settle
 * @property {() => void} goOnKeeping
 * @property {(file: File) => Promise<void>} openSaved what to do with a file of one, or of a model
 */

/** Told when another list is shown. @type {() => void} */
let changed = () => {};
/** @type {Projects} */
let projects;

/** @param {() => void} onChange @param {Projects} ofLists */
export function listen(onChange, ofLists) {
  changed = onChange;
  projects = ofLists;
  settings.listen();
  paste.addEventListener("input", showPaste);
  upload.addEventListener("change", () => {
    attempt(() => files.use([...(upload.files ?? [])]));
    upload.value = ""; // so that the same file can be chosen again after a change
  });
  files.listen({ useList: use, useSaved: projects.openSaved });
  drops.listen({ useFiles: (dropped) => attempt(() => files.use(dropped)), useText });
  pasting.listen(paste, useText);
  byId("use-paste").addEventListener("click", () => attempt(usePaste));
  byId("undo-list").addEventListener("click", () => attemptOnce("undo", undo));
  byId("reading-options").addEventListener("click", () => attempt(chooseAgain));
  reading.listen(use);
}

/**
 * Use a list: look at it, let a person choose how to read it if there is a choice, and read it. The
 * one in use stays until the new one has been read to its end.
 *
 * @param {Source} source
 */
export async function use(source) {
  settings.expectList();
  const other = state.source !== undefined && state.source.id !== source.id;
  state.source = source;
  if (!state.ready) {
    if (other && state.inUse === undefined) words.putStars([]); // they were of the first view's
    // Why it failed, and what to do, is more than this.
    if (!state.failed) say(`${quoted(source.name)} will be read as soon as Python is ready.`);
    if (source.id && state.inUse === undefined) await showPreview(source.id);
    return;
  }
  await loads.ask((signal) => load(source, signal));
}

/** @param {Source} source @param {AbortSignal} signal */
async function load(source, signal) {
  try {
    if (source.options === undefined && (await reading.needsChoice(source, signal))) {
      select.value = state.inUse?.id ?? ""; // not what was chosen before this, if that was given up
      return;
    }
    await readAndUse(source, signal);
  } catch (error) {
    if (loads.isSuperseded(signal)) throw error;
    state.source = state.inUse;
    select.value = state.inUse?.id ?? "";
    settings.linkDone();
    if (!(error instanceof reading.CancelledError)) throw error;
    say(error.message);
  } finally {
    if (state.inUse === source) projects.goOnKeeping();
    if (!loads.isSuperseded(signal)) state.begun = true;
    refresh();
  }
}

/** @param {Source} source @param {AbortSignal} signal */
async function readAndUse(source, signal) {
  const trained = state.training;
  await models.stop(); // the net goes with its list, the moment the new one has been read
  const began = performance.now();
  state.reading = true;
  const summary = await reading
    .read(source, signal)
    .catch((error) => {
      if (trained) error.message += " Training was stopped for it: press Resume to go on.";
      throw error;
    })
    .finally(() => {
      state.reading = false;
    });
  const seconds = (performance.now() - began) / 1000;
  const { project, link } = source;
  delete source.project; // only once: the list may be read again
  delete source.link;
  const other = state.inUse && state.inUse.blob !== source.blob; // and not read in another way
  if (state.inUse) before = { ...pageState(), project: projects.leave() };
  if (other) words.putStars(link?.stars ?? []);
  state.summary = summary;
  state.inUse = source;
  state.listId = source.id;
  state.loaded = true;
  state.notebook = false;
  models.reset();
  if (other) make.expectOtherWords();
  reading.close();
  await showSummary(summary);
  const lost = project ? await takeUp(project, summary) : chooseFor(summary, link);
  const problem = await fit(link);
  const same = link?.shown ? await make.again(link.shown, link.sum, link.seen ?? []) : "";
  if (project) await showProject(project);
  else if (!link?.shown) await make.first();
  select.value = source.id ?? "";
  const again = await projects.settle(project);
  say(
    `${counted(summary.count, "word")} of ${quoted(summary.name)} read and counted in ${seconds.toFixed(2)} s.${again}${lost}${same}${problem}`,
    problem !== "" || lost !== "",
  );
  settings.toUrl({ list: state.listId, kind: state.kind, model: models.typedSettings() });
  refresh();
}

/**
 * Choose the model for a new list: what was set for another one holds no more.
 *
 * @param {Summary} summary
 * @param {Source["link"]} link that it is of
 * @returns {string} nothing to be told
 */
function chooseFor(summary, link) {
  if (link) {
    if (link.isFirst) settings.lengthsOf(summary.lengths);
    else {
      settings.begin(summary.lengths);
      settings.putLink(link);
    }
    state.notebook = link.notebook;
    if (link.kind !== null && !models.has(link.kind)) {
      link.problems.push(`there is no model ${quoted(link.kind)}`);
      link.kind = "bigram";
    }
    models.choose(link.kind ?? "auto", link.model);
  } else {
    settings.linkDone(); // another list was chosen in the place of a link's
    settings.begin(summary.lengths);
    never.putBack();
    models.choose(models.info().net ? "auto" : state.kind, {});
  }
  return "";
}

/**
 * @param {Project} project
 * @param {Summary} summary of its list
 * @returns {Promise<string>} which of its models could not be brought back
 */
async function takeUp(project, summary) {
  const { kind, model, typed = {}, asked, notebook, cards, comparison, saved = [] } = project;
  settings.begin(summary.lengths);
  settings.putAll(asked);
  if (!notebook) never.putBack();
  state.notebook = notebook;
  models.putTyped(typed);
  models.choose(kind, model);
  const own = new Map(saved);
  Object.assign(state, { saved: own, cards: new Map(cards.filter(([each]) => own.has(each))) });
  await compare.back(comparison);
  const lost = await models.restore();
  await compare.lend();
  return lost;
}

/**
 * Train the model: a net now only if a link shows words of it.
 *
 * @param {Source["link"]} link that the list is of
 * @returns {Promise<string>} what was wrong with the settings that the address gave, if anything
 */
async function fit(link) {
  const { problems = [], nets = [], like = [] } = link ?? {};
  const shown = Boolean(link?.shown);
  settings.linkDone();
  if ((models.info().net && !shown) || state.cards.has(state.kind)) return told(problems);
  try {
    await trainFirst(nets);
    await models.trainNow();
    if (like.length > 0) await models.moreLikeNow(like);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    // A list is no use without a model.
    models.choose(state.kind, {});
    await models.trainNow();
    problems.push(error.message);
  }
  return told(problems);
}

/** @param {links.Opened["nets"]} nets that the chosen model is made of */
async function trainFirst(nets) {
  const [kind, model] = [state.kind, models.typedSettings()];
  for (const net of nets.filter((one) => models.has(one.kind))) {
    models.choose(net.kind, net.model);
    await models.trainNow();
  }
  if (nets.length > 0) models.choose(kind, model);
}

/** @param {string[]} problems */
function told(problems) {
  if (problems.length === 0) return "";
  return ` Of the link, this could not be used: ${problems.join("; ")}`;
}

/** Go on with a project, of this device or from a file. @param {Project} project */
export async function open(project) {
  const { list } = project;
  const isLast = loads.place();
  const known = (await lists.builtInLists()).find(({ id }) => id === list.id);
  if (!isLast()) return;
  const { blob, name, options = {}, pasted } = list;
  if (known === undefined && blob === undefined) {
    throw new Error(`${quoted(name)} was too large to be kept: choose its file again.`);
  }
  const own = async () => /** @type {Blob} */ (blob);
  const source = known ? lists.builtIn(known) : { name, pasted, blob: own };
  await use({ ...source, options, project });
}

/** Show what was made in a project. @param {Project} project */
async function showProject({ made, runs: drawn, stars, notebook }) {
  state.notebook = notebook;
  words.putStars(stars);
  if (drawn) runs.back(drawn);
  await make.back(made);
  make.rewind();
}

/** What the page holds of a list, so that a person can come back to it. */
function pageState() {
  const { inUse, cards, saved, kind, notebook } = state;
  return {
    ...{ inUse, cards, saved, kind, notebook, made: make.snapshot(), runs: runs.snapshot() },
    ...{ model: models.typedSettings(), typed: models.allTyped(), asked: settings.all() },
    stars: words.stars(),
  };
}

/** Of the list before. @type {ReturnType<typeof pageState> & { project: import("./projects.js").Own } | undefined} */
let before;

/** Whether the list in use, or the one before, was pasted: neither is in a file. */
export function anyPasted() {
  return Boolean(state.inUse?.pasted || before?.inUse?.pasted);
}

/** Go back to the list before, with its models and words; what is being read is given up. */
function undo() {
  return loads.ask(() => goBack().finally(projects.goOnKeeping));
}

async function goBack() {
  if (before === undefined) return;
  await models.stop();
  const summary = await engine.call("undo_list");
  const { made, runs: kept, model, typed, asked, stars, project, ...back } = before;
  before = { ...pageState(), project: projects.leave() };
  models.reset();
  reading.close();
  Object.assign(state, back, { summary });
  state.source = state.inUse;
  state.listId = state.inUse?.id;
  select.value = state.listId ?? "";
  await showSummary(summary);
  const never = settings.value("never"); // holds for all lists
  settings.begin(summary.lengths);
  settings.putAll({ ...asked, never });
  models.putTyped(typed);
  models.choose(state.kind, model);
  words.putStars(stars);
  projects.comeBack(project);
  runs.back(kept);
  await learned.update();
  await make.back(made);
  say(`${quoted(summary.name)} is in use again, with what was made of it.`);
  settings.toUrl({ list: state.listId, kind: state.kind, model: models.typedSettings() });
  refresh();
}

async function chooseAgain() {
  if (state.inUse && state.summary) await reading.reopen(state.inUse, state.summary);
}

/** Read the list again that was in use, in a Python that was started anew. */
export function restore() {
  return loads.ask(readAgain);
}

/** @param {AbortSignal} signal */
async function readAgain(signal) {
  const source = state.inUse;
  if (source === undefined) return;
  const summary = await reading.read(source, signal);
  before = undefined;
  state.summary = summary;
  await showSummary(summary);
  state.loaded = true;
  if (state.source === source) select.value = source.id ?? "";
}

/** @param {Summary} summary */
async function showSummary(summary, note = "") {
  summaryView.render(byId("summary"), { summary, note });
  summaryView.renderFacts(byId("list-facts"), summary);
  const actions = {
    choice: /** @type {HTMLButtonElement} */ (byId("reading-options")),
    undo: byId("undo-list"),
  };
  summaryView.renderActions(actions, { usable: state.inUse !== undefined, before: summary.before });
  changed();
  await table.show(summary.table, summary.symbol_count);
}

/** @param {string} id */
async function showPreview(id) {
  const preview = await lists.preview(id);
  if (state.ready || state.source?.id !== id) return;
  state.summary = preview.summary;
  await showSummary(preview.summary, first.NOTE);
  if (state.ready) return;
  settings.lengthsOf(preview.summary.lengths);
  models.showPreview(id, preview.card);
  const link = state.source?.link;
  if (link?.shown || (link?.kind ?? "auto") !== "auto") make.expectWords(COMING);
  else await make.showPreview(preview.made.words, first.tally(preview));
}

export async function fillLists() {
  const all = await lists.builtInLists();
  select.replaceChildren(...first.options(all));
  attempt(() => models.offerLists(all));
  select.addEventListener("change", () => {
    const other = all.find(({ id }) => id === select.value);
    if (other) attempt(() => use(lists.builtIn(other)));
  });
  addEventListener("hashchange", () => {
    if (settings.isNewLink()) attempt(() => openAddress(all));
  });
  try {
    await openAddress(all);
  } finally {
    document.documentElement.classList.remove("other-list");
  }
}

/**
 * Use the list that the address names or carries, with all that it says beside.
 *
 * @param {import("../types").BuiltInList[]} all
 */
async function openAddress(all) {
  const isFirst = state.source === undefined;
  const isLast = loads.place();
  const link = settings.fromUrl();
  const known = all.find(({ id }) => id === link.list);
  const chosen = known ?? all[0];
  if (chosen === undefined) throw new Error("The page was built without a word list.");
  if (link.list !== null && known === undefined) {
    link.problems.push(`there is no list ${quoted(link.list)}`);
    link.shown = 0; // of another list they would be others
  }
  if (!link.old) leaveOutUnknown(link);
  if (isFirst) {
    settings.putLink(link);
    if (link.kind) models.choose(link.kind, link.model);
    select.value = chosen.id;
  }
  const carried = link.carried === null ? undefined : await links.open(link.carried);
  if (isFirst && carried) {
    words.putStars(carried.stars);
    if (carried.source) make.expectWords(COMING);
  }
  refresh();
  if (isFirst ? state.source !== undefined : !isLast()) return; // a person was faster
  const source = carried?.source ?? lists.builtIn(chosen);
  await use({ ...source, link: { ...link, ...carried, isFirst } });
}

/** @param {settings.Link} link */
function leaveOutUnknown({ kind, model, problems }) {
  if (kind !== null && !models.has(kind)) return; // which is said of it
  const { label, settings: known } = models.info(kind ?? "auto");
  for (const name of Object.keys(model)) {
    if (known.some((setting) => setting.name === name)) continue;
    problems.push(`${label} has no setting ${quoted(name)}`);
    delete model[name];
  }
}

/** @param {string} text */
function useText(text) {
  if (text.length < pasting.LONG) {
    paste.value = text; // so that one sees what it was taken for
    showPaste();
  }
  attempt(() => use(lists.fromText(text)));
}

async function usePaste() {
  if (paste.value.trim() === "") {
    throw new Error("Nothing was pasted. Paste some words, one a line, and try again.");
  }
  await use(lists.fromText(paste.value));
}

/** Say how what stands in the box will be read. */
function showPaste() {
  const empty = paste.value.trim() === "";
  byId("paste-note").textContent = empty ? "A line each, or between commas." : preview(paste.value);
}
