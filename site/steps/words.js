/** Step 1: choose, upload or paste a list; see what it holds. */

import { byId, counted, h, whole } from "../dom.js";
import * as lists from "../lists.js";
import { attempt, engine, refresh, say, state } from "../page.js";
import * as settings from "../settings.js";
import * as summaryView from "../views/summary.js";
import * as idea from "./idea.js";
import * as learned from "./learned.js";
import * as model from "./model.js";
import * as more from "./more.js";
import * as train from "./train.js";

/** @typedef {import("../lists.js").Source} Source */
/** @typedef {import("../types").Summary} Summary */

const SAMPLE_NOTE = "Worked out when this page was built; Python will take over in a moment.";

const select = settings.control("list");
const upload = /** @type {HTMLInputElement} */ (settings.control("upload"));
const paste = /** @type {HTMLTextAreaElement} */ (byId("paste"));

export function listen() {
  upload.addEventListener("change", () => {
    useFile(upload.files?.[0]);
    upload.value = ""; // so that the same file can be chosen again after a change
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    useFile(event.dataTransfer?.files[0]);
  });
  byId("use-paste").addEventListener("click", () => attempt(usePaste));
}

/** @param {Source} source */
export async function use(source) {
  state.source = source;
  if (!state.ready) {
    say(`“${source.name}” will be read as soon as Python is ready.`);
    if (source.id) await showPreview(source.id);
    return;
  }
  const data = await source.bytes();
  if (state.source !== source) return; // another list was chosen meanwhile
  await train.stop(); // the net goes with its list
  const began = performance.now();
  /** @type {Summary} */
  const summary = await engine.call("load", { name: source.name, data });
  state.inUse = source;
  state.listId = source.id;
  state.loaded = true;
  train.reset();
  await showSummary(summary);
  const problem = await train.fitNewList();
  await model.update();
  await learned.update();
  await more.first();
  select.value = source.id ?? "";
  const seconds = (performance.now() - began) / 1000;
  say(
    `${counted(summary.count, "word")} of “${summary.name}” read and counted in ${seconds.toFixed(2)} s.${problem}`,
    problem !== "",
  );
  settings.toUrl(state.listId);
  refresh();
}

/** Read the list again that was in use, in a Python that was started anew. */
export async function restore() {
  const source = state.inUse;
  if (source === undefined) return;
  const data = await source.bytes();
  /** @type {Summary} */
  const summary = await engine.call("load", { name: source.name, data });
  await showSummary(summary);
  state.source = source;
  state.loaded = true;
  select.value = source.id ?? "";
  const smoothing = state.smoothing ?? settings.SETTINGS.smoothing;
  train.showFit(await engine.call("fit", { smoothing }));
}

/** @param {Summary} summary */
async function showSummary(summary, note = "") {
  summaryView.render(byId("summary"), { summary, note });
  await model.show(summary.table, summary.symbols.length);
  idea.update({ given: summary.first, counts: summary.table.counts });
}

/** @param {string} id */
async function showPreview(id) {
  const preview = await lists.preview(id);
  if (state.ready || state.source?.id !== id) return;
  await showSummary(preview.summary, SAMPLE_NOTE);
  if (state.ready) return;
  train.showFit(preview.fit);
  await more.show(preview.generated, SAMPLE_NOTE);
}

export async function fillLists() {
  const all = await lists.builtInLists();
  select.replaceChildren(
    ...all.map(({ id, title, count }) => h("option", { value: id }, `${title} (${whole(count)})`)),
    h("option", { value: "", hidden: true }, "your own list"),
  );
  const wanted = settings.fromUrl();
  const first = all.find(({ id }) => id === wanted) ?? all[0];
  select.addEventListener("change", () => {
    const chosen = all.find(({ id }) => id === select.value);
    if (chosen) attempt(() => use(lists.builtIn(chosen)));
  });
  if (first === undefined) throw new Error("The page was built without a word list.");
  select.value = first.id;
  refresh();
  if (state.source === undefined) await use(lists.builtIn(first));
}

/** @param {File | undefined} file */
function useFile(file) {
  if (file) attempt(() => use(lists.fromFile(file)));
}

async function usePaste() {
  if (paste.value.trim() === "") {
    throw new Error("Nothing was pasted. Paste some words, one a line, and try again.");
  }
  await use(lists.fromText(paste.value));
}
