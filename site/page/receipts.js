/** The words that were made: their order, their receipts, and the starred ones. */

import { byId, counted, h } from "../dom.js";
import * as settings from "../settings.js";
import * as generatedView from "../views/generated.js";
import * as receiptView from "../views/receipt.js";
import * as files from "./files.js";
import { attempt, engine, say } from "./page.js";
import * as score from "./score_panel.js";

/** @typedef {import("../types").GeneratedWord} GeneratedWord */
/** @typedef {import("../types").Nearest} Nearest */

const list = byId("generated");
const panel = byId("receipt");
const order = settings.control("order");
const elements = {
  word: byId("receipt-word"),
  facts: byId("receipt-facts"),
  nearest: byId("receipt-nearest"),
};
const starButtons = ["copy-starred", "save-starred"].map(
  (id) => /** @type {HTMLButtonElement} */ (byId(id)),
);

/** @type {GeneratedWord[]} as made */
let made = [];
/** Stars stay when other words are made. @type {Set<string>} */
const starred = new Set();
/** @type {GeneratedWord | undefined} whose receipt is open */
let opened;

/** @type {Record<string, (a: GeneratedWord, b: GeneratedWord) => number>} */
const ORDERS = {
  likely: (a, b) => a.mean_nll - b.mean_nll,
  alphabetical: (a, b) => a.word.localeCompare(b.word),
  new: (a, b) => Number(a.known) - Number(b.known),
};

export function listen() {
  order.addEventListener("change", () => attempt(draw));
  list.addEventListener("click", onClick);
  byId("receipt-close").addEventListener("click", close);
  byId("find-nearest").addEventListener("click", () => attempt(findNearest));
  byId("score-both").addEventListener("click", () =>
    attempt(() => score.scoreWord(opened?.word ?? "")),
  );
  byId("starred").addEventListener("click", (event) => {
    const chip = event.target instanceof Element ? event.target.closest("button") : null;
    if (chip?.dataset.word !== undefined) toggle(chip.dataset.word);
  });
  byId("copy-starred").addEventListener("click", () => attempt(copy));
  byId("save-starred").addEventListener("click", () => attempt(save));
}

/** @param {GeneratedWord[]} words */
export async function show(words) {
  made = words;
  close();
  await draw();
}

async function draw() {
  const compare = ORDERS[order.value];
  const words = compare ? made.toSorted(compare) : made;
  await generatedView.render(list, { words: [...words], starred });
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = event.target instanceof Element ? event.target : null;
  const item = target?.closest("li");
  const word = item?.dataset.word;
  if (word === undefined || getSelection()?.isCollapsed === false) return; // text is being selected
  if (target?.closest(".star")) toggle(word);
  else if (target?.closest(".open, .word")) open(word);
}

/** @param {string} word */
function open(word) {
  opened = made.find((one) => one.word === word);
  if (opened === undefined) return;
  receiptView.render(elements, { generated: opened });
  panel.hidden = false;
  elements.word.focus();
}

function close() {
  const word = opened?.word;
  opened = undefined;
  if (panel.hidden) return;
  panel.hidden = true;
  if (word !== undefined) button(word, ".open")?.focus();
}

async function findNearest() {
  const asked = opened;
  if (asked === undefined) return;
  /** @type {Nearest} */
  const nearest = await engine.call("nearest", { word: asked.word });
  if (asked !== opened) return;
  receiptView.render(elements, { generated: asked, nearest });
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
  for (const button of starButtons) button.disabled = starred.size === 0;
  byId("starred").replaceChildren(
    ...[...starred].map((one) => {
      const chip = h(
        "button",
        { type: "button", class: "quiet chip" },
        h("bdi", {}, one || "(empty word)"),
      );
      chip.setAttribute("aria-label", `Unstar ${one || "the empty word"}`);
      chip.dataset.word = one;
      return h("li", {}, chip);
    }),
  );
}

export function anyStarred() {
  return starred.size > 0;
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
