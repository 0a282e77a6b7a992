/** The words that were made: their order, their keys, their receipts, and the starred ones. */

import { byId, counted, h, safe } from "../dom.js";
import * as settings from "../settings.js";
import * as generatedView from "../views/generated.js";
import * as receiptView from "../views/receipt.js";
import * as actions from "./actions.js";
import * as files from "./files.js";
import { grouped } from "./near_copies.js";
import { attempt, say, state } from "./page.js";

/** @typedef {import("../types").GeneratedWord} GeneratedWord */

const list = byId("generated");
const dialog = /** @type {HTMLDialogElement} */ (byId("receipt"));
const order = settings.control("sort");
const elements = {
  word: byId("receipt-word"),
  facts: byId("receipt-facts"),
  nearest: byId("receipt-nearest"),
};
const starButtons = ["copy-starred", "save-starred", "more-like"].map(
  (id) => /** @type {HTMLButtonElement} */ (byId(id)),
);

/** @type {GeneratedWord[]} as made */
let made = [];
/** Stars stay when other words are made. @type {Set<string>} */
const starred = new Set();
/** @type {GeneratedWord | undefined} whose receipt is open */
let opened;
/** Told when words or stars have changed. @type {() => void} */
let changed = () => {};

/** @type {Record<string, (a: GeneratedWord, b: GeneratedWord) => number>} */
const ORDERS = {
  likely: (a, b) => a.mean_nll - b.mean_nll,
  surprising: (a, b) => b.mean_nll - a.mean_nll,
  alphabetical: (a, b) => a.word.localeCompare(b.word),
};

/**
 * @typedef {object} Ways
 * @property {() => void} onChange
 * @property {() => void} onMore make more words
 * @property {(words: string[]) => void} onLike make words that are more like these
 * @property {(word: string) => void} onNever
 * @property {(word: string) => Promise<void>} onScore
 */

/** @param {Ways} ways */
export function listen({ onChange, onMore, onLike, onNever, onScore }) {
  changed = onChange;
  order.addEventListener("change", () => attempt(draw));
  list.addEventListener("click", onClick);
  list.addEventListener("focusin", ({ target }) => {
    const item = target instanceof Element ? target.closest("li") : null;
    if (item) generatedView.rove(list, item);
  });
  list.addEventListener("keydown", (event) => onKey(event, onMore));
  dialog.addEventListener("close", closed);
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close(); // beside it
  });
  byId("receipt-close").addEventListener("click", () => dialog.close());
  byId("find-nearest").addEventListener("click", () => attempt(findNearest));
  byId("receipt-star").addEventListener("click", () => toggle(opened?.word ?? ""));
  byId("receipt-never").addEventListener("click", () => {
    const word = opened?.word;
    dialog.close();
    if (word) onNever(word);
  });
  byId("score-both").addEventListener("click", () => {
    const word = opened?.word ?? "";
    dialog.close();
    attempt(() => onScore(word));
  });
  byId("starred").addEventListener("click", (event) => {
    const chip = event.target instanceof Element ? event.target.closest("button") : null;
    if (chip?.dataset.word !== undefined) toggle(chip.dataset.word);
  });
  byId("copy-starred").addEventListener("click", () => attempt(copy));
  byId("more-like").addEventListener("click", () => onLike([...starred]));
  byId("save-starred").addEventListener("click", () => attempt(save));
}

/** @param {GeneratedWord[]} words in place of those that are shown */
export async function show(words) {
  made = [...words];
  await draw();
  changed();
}

export function clear() {
  made = [];
  generatedView.render(list, { words: [], starred }); // which ends one that is under way
  dirty = false;
  changed();
}

let dirty = false;
/** @type {Promise<void>} */
let drawing = Promise.resolve();

/** @param {GeneratedWord[]} words after those that are shown */
export function add(words) {
  if (words.length === 0) return;
  made.push(...words);
  changed();
  if (dirty) return;
  dirty = true;
  // Reports come faster than frames.
  drawing = drawing.then(async () => {
    dirty = false;
    await draw();
  });
}

/** Wait until all words are drawn. */
export async function settled() {
  await drawing;
}

/** @param {(word: GeneratedWord) => boolean} fits which words stay */
export function keep(fits) {
  made = made.filter(fits);
  attempt(draw);
  changed();
}

export function count() {
  return made.length;
}

export function snapshot() {
  return [...made];
}

export function text() {
  return `${made.map(({ word }) => word).join("\n")}\n`;
}

/** The words with their scores, for spreadsheets: as made, a line each. @param {string} model that made them */
export function scores(model) {
  const facts = ["word", "log-probability", "nats per symbol", "probability"];
  const head = [...facts, "new", "starred", "model"];
  const lines = made.map(({ word, probabilities, mean_nll, known }) => {
    const log = -mean_nll * probabilities.length; // the end of the word is one of them
    const facts = [log, mean_nll, Math.exp(log)].map((value) => value.toPrecision(6));
    const told = [!known, starred.has(word)].map((yes) => (yes ? "yes" : "no"));
    return [files.cell(word), ...facts.map(files.finite), ...told, files.cell(model)].join(",");
  });
  return `${[head.join(","), ...lines].join("\n")}\n`;
}

async function draw() {
  const compare = ORDERS[order.value];
  const sorted = compare ? made.toSorted(compare) : made;
  const words =
    order.value === "grouped" ? grouped(sorted) : sorted.map((word) => ({ word, near: false }));
  await generatedView.render(list, { words, starred });
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = event.target instanceof Element ? event.target : null;
  const item = target?.closest("li");
  const word = item?.dataset.word;
  if (word === undefined || getSelection()?.isCollapsed === false) return; // text is being selected
  if (target?.closest(".star")) toggle(word);
  else if (target?.closest(".open")) open(word);
}

/** @param {KeyboardEvent} event @param {() => void} onMore */
function onKey(event, onMore) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const item = event.target instanceof Element ? event.target.closest("li") : null;
  const word = item?.dataset.word;
  if (!item || word === undefined) return;
  const next = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (next !== undefined) generatedView.move(list, item, next);
  else if (event.key === "Home") generatedView.move(list, item, Number.NEGATIVE_INFINITY);
  else if (event.key === "End") generatedView.move(list, item, Number.POSITIVE_INFINITY);
  else if (event.key === "s" || event.key === "*") toggle(word);
  else if (event.key === "m") onMore();
  else return;
  event.preventDefault();
}

/** @param {string} word */
function open(word) {
  opened = made.find((one) => one.word === word);
  if (opened === undefined) return;
  receiptView.render(elements, { generated: opened, model: state.madeBy });
  byId("receipt-star").setAttribute("aria-pressed", String(starred.has(word)));
  dialog.showModal();
}

function closed() {
  const word = opened?.word;
  opened = undefined;
  if (word !== undefined) button(word, ".open")?.focus();
}

async function findNearest() {
  const asked = opened;
  if (asked === undefined) return;
  const nearest = await actions.nearest(asked.word);
  if (asked !== opened) return;
  receiptView.render(elements, { generated: asked, nearest, model: state.madeBy });
  say(elements.nearest.textContent ?? "");
}

/** @param {string} word */
function toggle(word) {
  if (!starred.delete(word)) starred.add(word);
  for (const item of list.children) {
    if (item instanceof HTMLElement && item.dataset.word === word) {
      item.querySelector(".star")?.setAttribute("aria-pressed", String(starred.has(word)));
    }
  }
  byId("receipt-star").setAttribute("aria-pressed", String(starred.has(word)));
  drawStarred();
  changed();
}

function drawStarred() {
  for (const button of starButtons) button.disabled = starred.size === 0;
  byId("starred-empty").hidden = starred.size > 0;
  byId("starred").replaceChildren(
    ...[...starred].map((one) => {
      const label = h("bdi", {}, safe(one) || "(empty word)");
      const chip = h("button", { type: "button", class: "chip" }, label);
      chip.setAttribute("aria-label", `Unstar ${one || "the empty word"}`);
      chip.dataset.word = one;
      return h("li", {}, chip);
    }),
  );
}

/** @param {string[]} words that are starred from now on, and no others: those of a list */
export function putStars(words) {
  starred.clear();
  for (const word of words) starred.add(word);
  for (const item of list.querySelectorAll("li")) {
    const pressed = String(starred.has(item.dataset.word ?? ""));
    item.querySelector(".star")?.setAttribute("aria-pressed", pressed);
  }
  drawStarred();
  changed();
}

export function stars() {
  return [...starred];
}

/** @param {string} word @param {string} kind */
function button(word, kind) {
  for (const item of list.children) {
    if (item instanceof HTMLElement && item.dataset.word === word) {
      return /** @type {HTMLElement | null} */ (item.querySelector(kind));
    }
  }
  return null;
}

function starredText() {
  return `${[...starred].join("\n")}\n`;
}

async function copy() {
  await files.copy(starredText());
  say(`${counted(starred.size, "starred word")} in the clipboard.`);
}

async function save() {
  files.save("makemore-starred.txt", new Blob([starredText()], { type: "text/plain" }));
  say(`${counted(starred.size, "starred word")} saved as makemore-starred.txt.`);
}
