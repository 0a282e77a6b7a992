/** The lecture: which step the address names, what is changed in it, and what Python makes of that. */

import { byId } from "../dom.js";
import * as first from "../views/first.js";
import * as codeView from "../views/lecture/code.js";
import * as frameView from "../views/lecture/frame.js";
import * as inputsView from "../views/lecture/inputs.js";
import * as resultsView from "../views/lecture/results.js";
import * as statusView from "../views/status.js";
import { ActionError, DeathError } from "./engine.js";
import * as files from "./files.js";
import { engine, state } from "./page.js";

/** @typedef {import("../views/lecture/types").LectureResult} LectureResult */
/** @typedef {import("../views/lecture/types").LectureStep} LectureStep */

const ADDRESS = /^#(?:lecture|learn)(?:\/([\w-]*))?(?:\?.*)?$/;
const STEP_KEY = "makemore.step";
const READ_KEY = "makemore.steps"; // all that were opened, by id
const EVERY = 200; // ms between two looks at what takes long
const WIDE = matchMedia("(min-width: 62rem)");

/** @type {LectureStep[]} empty until Python has told */
let steps = [];
/** @type {LectureStep | undefined} the one that is shown */
let current;
/** @type {Map<string, Record<string, string>>} what was typed, by step */
const typed = new Map();
let computing = false;
let again = false;
/** The list in use when it was looked at last, if Python was ready. @type {typeof state.inUse} */
let listBefore;
let stopping = new AbortController();

const element = byId("lecture");
const part = (/** @type {string} */ name) => byId(`lecture-${name}`);

export function listen() {
  goOnAt(remembered(STEP_KEY));
  addEventListener("hashchange", () => follow(true));
  document.addEventListener("keydown", turnByKey);
  element.addEventListener("input", change);
  element.addEventListener("reset", (event) => {
    event.preventDefault();
    if (current) reset(current);
  });
  element.addEventListener("submit", (event) => event.preventDefault());
  element.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLElement && target.id === "lecture-stop") stopping.abort();
    const form = target instanceof HTMLElement && target.dataset.export;
    if (form) attempt(() => download(form));
  });
  WIDE.addEventListener("change", unfoldContents);
  // Every change of the page's state sets this; steps are of the list, and of nothing else.
  new MutationObserver(() => {
    const list = isReady() ? state.inUse : undefined;
    if (list === listBefore) return;
    listBefore = list;
    follow(false);
  }).observe(document.body, { attributeFilter: ["data-state"] });
  follow(false);
}

/** @param {string} id of the step that the menu leads to */
function goOnAt(id) {
  if (!id) return;
  document.querySelector('nav [data-place="learn"]')?.setAttribute("href", `#lecture/${id}`);
}

/** The steps that were opened, now and before. */
const read = new Set(remembered(READ_KEY).split(" ").filter(Boolean));

/** @param {string} id of the step that is opened */
function remember(id) {
  read.add(id);
  try {
    localStorage.setItem(STEP_KEY, id);
    localStorage.setItem(READ_KEY, [...read].join(" "));
  } catch {
    // storage is not allowed: it holds until the page is left
  }
}

/** @param {string} key */
function remembered(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Show what the address names. @param {boolean} moved whether a person went there just now */
function follow(moved) {
  const address = ADDRESS.exec(location.hash);
  if (address === null) {
    stopping.abort(); // what takes long is not worked out for nobody
    return;
  }
  attempt(() => show(address[1] ?? "", moved));
}

/** @param {string} id @param {boolean} moved */
async function show(id, moved) {
  const ready = isReady();
  if (steps.length === 0) take(await (ready ? open() : built("lecture")));
  const named = steps.find((step) => step.id === id);
  const step = named ?? steps[0];
  if (step === undefined) throw new Error("The page was built without the lecture. Reload it.");
  const turned = step !== current;
  current = step;
  if (turned) {
    remember(step.id);
    frameView.renderStep(element, { step, steps, read });
    inputsView.render(part("form"), { inputs: step.inputs, typed: typed.get(step.id) ?? {} });
    codeView.render(part("code"), step);
    part("results").replaceChildren();
    part("results").dataset.about = step.title;
    statusView.render(part("status"), { text: "" });
    goOnAt(step.id);
    if (moved) {
      scrollTo(0, 0);
      part("title").focus({ preventScroll: true });
    }
  }
  document.title = `${step.title} · makemore lecture`;
  if (id && named === undefined) {
    history.replaceState(history.state, "", `#lecture/${step.id}`);
  }
  if (ready) await compute();
  else if (turned) await showBuilt(step);
}

function isReady() {
  return ["ready", "training"].includes(document.body.dataset.state ?? "");
}

/** Show a step as it was worked out when the page was built. @param {LectureStep} step */
async function showBuilt(step) {
  /** @type {LectureResult[]} */
  const results = await built(`lecture-${step.id}`);
  if (step !== current || isReady()) return;
  resultsView.render(part("results"), results);
  statusView.render(part("status"), { text: first.NOTE });
}

/** @param {string} name @returns {Promise<any>} what the build worked out */
async function built(name) {
  const response = await fetch(new URL(`data/${name}.preview.json`, import.meta.url));
  if (!response.ok) {
    throw new Error(`The lecture could not be loaded (HTTP ${response.status}). Reload the page.`);
  }
  // What is not there is undefined, as Python's own answers have it.
  return JSON.parse(await response.text(), (_, value) => (value === null ? undefined : value));
}

/** @param {LectureStep[]} told */
function take(told) {
  if (steps.length > 0) return;
  steps = told;
  frameView.renderFrame(element, steps);
  unfoldContents();
}

/** Hand the notebook's counts to Python. @returns {Promise<LectureStep[]>} which steps there are */
async function open() {
  const response = await fetch(new URL("data/notebook_counts.csv", import.meta.url));
  if (!response.ok) {
    throw new Error(
      `The notebook's counts could not be loaded (HTTP ${response.status}). Reload the page.`,
    );
  }
  return engine.call("open_lecture", { counts: await response.arrayBuffer() });
}

/** Compute the current step; if something changes meanwhile, compute once more. */
async function compute() {
  if (computing) {
    again = true;
    stopping.abort();
    return;
  }
  computing = true;
  try {
    do {
      again = false;
      await computeOnce();
    } while (again);
  } finally {
    computing = false;
  }
}

async function computeOnce() {
  const step = /** @type {LectureStep} */ (current);
  const form = part("form");
  const began = performance.now();
  stopping = new AbortController();
  const { signal } = stopping;
  let shown = began;
  /** @param {{ results: LectureResult[] }} report of what there is so far */
  const follow = ({ results }) => {
    if (step !== current || signal.aborted || performance.now() - shown < EVERY) return;
    shown = performance.now();
    part("stop").hidden = false;
    statusView.render(part("status"), { text: "Computing; what there is so far is shown." });
    resultsView.render(part("results"), results);
  };
  try {
    const inputs = inputsView.read(form, step.inputs);
    /** @type {LectureResult[]} */
    const results = await ask(() =>
      engine.stream("lecture", { step: step.id, inputs }, follow, { signal }),
    );
    const milliseconds = performance.now() - began;
    if (step !== current || again) return;
    inputsView.showError(form, undefined, "");
    resultsView.render(part("results"), results);
    const stopped = signal.aborted ? "Stopped. " : "";
    statusView.render(part("status"), { text: stopped + summary(results, milliseconds) });
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (step !== current) return; // nobody looks at it any more
    const placed = inputsView.showError(form, error.setting, error.message);
    const text = placed ? "Not computed; what is shown is from before." : error.message;
    statusView.render(part("status"), { text, error: true });
  } finally {
    if (step === current) part("stop").hidden = true;
  }
}

/** @param {LectureResult[]} results @param {number} milliseconds */
function summary(results, milliseconds) {
  const count = (/** @type {string} */ state) =>
    results.filter((each) => each.state === state).length;
  const compared = count("agrees") + count("differs");
  const source = results.find(({ state }) => state !== "")?.source ?? "";
  const agreed =
    compared === 0 ? "" : ` ${count("agrees")} of ${compared} comparisons agree with ${source}.`;
  return `Computed here in ${Math.max(1, Math.round(milliseconds))} ms.${agreed}`;
}

/** Ask Python; if it was started anew since, open the lecture there first. @param {() => Promise<any>} question */
async function ask(question) {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof ActionError) || error.name !== "LectureClosedError") throw error;
    await open();
    return question();
  }
}

/** @param {Event} event */
function change({ target }) {
  if (current === undefined || !(target instanceof Node) || !part("form").contains(target)) return;
  typed.set(current.id, inputsView.read(part("form"), current.inputs));
  inputsView.refresh(part("form"), current.inputs);
  attempt(compute);
}

/** @param {LectureStep} step */
function reset(step) {
  typed.delete(step.id);
  inputsView.render(part("form"), { inputs: step.inputs, typed: {} });
  part("title").focus({ preventScroll: true });
  attempt(compute);
}

/** @param {KeyboardEvent} event */
function turnByKey(event) {
  const { key, target } = event;
  const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
  const link = { ArrowLeft: "back", ArrowRight: "next" }[key];
  if (!plain || link === undefined || steps.length === 0 || !ADDRESS.test(location.hash)) return;
  // In a field the keys move the cursor, in a table or source they scroll.
  if (target instanceof Element && target.closest("input, select, textarea, [role=region]")) return;
  event.preventDefault();
  part(link).click();
}

/** @param {string} form "py" or "ipynb" */
async function download(form) {
  const text = await ask(() => engine.call("export_lecture", { form }));
  files.save(`makemore-lecture.${form}`, new Blob([text], { type: "text/plain" }));
}

function unfoldContents() {
  const contents = document.getElementById("lecture-contents");
  if (contents instanceof HTMLDetailsElement) contents.open = WIDE.matches;
}

/** Do something; if it fails, say why and leave everything as it was. @param {() => Promise<void>} action */
async function attempt(action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof DeathError) return; // lifecycle.js tells of it, and starts anew
    const place = document.getElementById("lecture-status") ?? byId("status");
    statusView.render(place, { text: error.message, error: true });
  }
}
