/** The words that were made, each with its receipt: is it new, how likely, and which letters are. */

import { decimal, h, nextFrame, safe, shown, whole } from "../dom.js";
import { probability } from "../tables.js";

/** @typedef {import("../types").GeneratedWord} GeneratedWord */

const SLICE = 8; // ms of making items, before the browser may draw and do other things
const BLOCK = 24; // words whose letters are marked at once
// A letter of at least this probability is of this class; what is less likely is of the last.
const CLASSES = /** @type {const} */ ([
  [0.2, "p1"],
  [0.1, "p2"],
  [0.05, "p3"],
  [0.02, "p4"],
]);

const MARKED = 100; // letters of a word; its receipt has all of them

/** @typedef {{ word: GeneratedWord, near: boolean }} Shown */
/** @typedef {{ words: Shown[], coming: IntersectionObserver | undefined }} Filling */
/** What a list is being filled with. @type {WeakMap<HTMLElement, Filling>} */
const filling = new WeakMap();
/** What stands in an item. @type {WeakMap<Element, GeneratedWord>} */
const standing = new WeakMap();

/**
 * All words stand in the list as text; but for the first, their letters are marked when they come
 * near to be seen, because these elements cost as much as all the rest of a word. Items that stand
 * where they should already are left as they are, so that words can be added.
 *
 * @param {HTMLElement} list
 * @param {{ words: Shown[], starred: Set<string> }} data
 */
export async function render(list, { words, starred }) {
  filling.get(list)?.coming?.disconnect();
  const now = { words, coming: words.length > BLOCK ? observer() : undefined };
  filling.set(list, now);
  let at = 0;
  while (at < words.length && list.children[at] && isIn(list.children[at], words[at])) at += 1;
  if (at < list.children.length) {
    const range = document.createRange();
    range.setStart(list, at);
    range.setEnd(list, list.children.length);
    range.deleteContents();
  }
  for (const element of list.querySelectorAll(":scope > .plain")) now.coming?.observe(element);
  while (at < words.length) {
    const end = performance.now() + SLICE;
    const some = document.createDocumentFragment();
    do {
      const { word, near } = /** @type {Shown} */ (words[at]);
      const element = item(word, near, starred.has(word.word));
      standing.set(element, word);
      if (at < BLOCK) mark(element, word);
      else {
        element.classList.add("plain");
        now.coming?.observe(element);
      }
      some.append(element);
      at += 1;
    } while (at < words.length && performance.now() < end);
    list.append(some);
    if (list.querySelector('[tabindex="0"]') === null && list.firstElementChild) {
      rove(list, list.firstElementChild);
    }
    if (at < words.length) await nextFrame();
    if (filling.get(list) !== now) return; // other words have come meanwhile
  }
}

/** @param {Element | undefined} element @param {Shown | undefined} shown */
function isIn(element, shown) {
  return (
    element !== undefined &&
    standing.get(element) === shown?.word &&
    element.classList.contains("near") === shown?.near
  );
}

function observer() {
  const observing = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const word = standing.get(target);
        if (!isIntersecting || word === undefined) continue;
        observing.unobserve(target);
        target.classList.remove("plain");
        mark(target, word);
      }
    },
    { rootMargin: "600px 0px" },
  );
  return observing;
}

/** @param {Element} element @param {GeneratedWord} word */
function mark(element, word) {
  element.querySelector(".open")?.replaceChildren(letters(word));
}

/** One item at a time can be reached with the Tab key. @param {HTMLElement} list @param {Element} item */
export function rove(list, item) {
  for (const button of list.querySelectorAll('[tabindex="0"]')) {
    if (!item.contains(button)) button.setAttribute("tabindex", "-1");
  }
  for (const button of item.querySelectorAll("button")) button.tabIndex = 0;
}

/** Move on from an item. @param {HTMLElement} list @param {Element} item @param {number} by */
export function move(list, item, by) {
  const at = [...list.children].indexOf(item);
  const to = Math.min(Math.max(at + by, 0), list.children.length - 1);
  const next = list.children[to];
  if (next === undefined) return;
  rove(list, next);
  next.querySelector("button")?.focus();
}

const blank = h(
  "li",
  {},
  h("button", { type: "button", class: "open", tabindex: -1 }, h("bdi", { class: "word" })),
  h("small"),
  h("button", { type: "button", class: "star", tabindex: -1 }),
);

/** @param {GeneratedWord} generated @param {boolean} near @param {boolean} starred */
function item(generated, near, starred) {
  const { word, line, known, mean_nll, ended } = generated;
  const where = line == null ? "in the list" : `in the list, line ${whole(line)}`;
  const named = word === "" ? "the empty word" : word;
  // A copy is made in a fraction of the time that its elements take one by one.
  const element = /** @type {HTMLElement} */ (blank.cloneNode(true));
  const [open, mark, star] = /** @type {any} */ (element.children);
  element.className = known ? "known" : "new";
  if (near) element.classList.add("near");
  element.dataset.word = word;
  if (word === "") open.replaceChildren(letters(generated));
  else open.firstElementChild.textContent = ended ? safe(word) : `${safe(word)}…`;
  open.setAttribute("aria-label", `Receipt of ${named}`);
  open.title = `${decimal(mean_nll, 2)} nats a symbol`;
  mark.textContent = known ? where : "new";
  star.setAttribute("aria-pressed", String(starred));
  star.setAttribute("aria-label", `Star ${named}`);
  return element;
}

/** The word as one run of text, its letters marked by probability. @param {GeneratedWord} generated */
export function letters({ word, symbols, probabilities, ended }) {
  if (word === "") return h("bdi", { class: "word empty" }, "(empty word)");
  let before = ".";
  // The models know folded letters; the word has its capitals.
  const written = [...word];
  const same = written.length === symbols.length;
  const marked = symbols.slice(0, MARKED).map((letter, i) => {
    const likely = probabilities[i] ?? 0;
    const title = `${shown(letter)} after ${before}: ${probability(likely)}`;
    before = shown(letter);
    const text = same ? (written[i] ?? letter) : letter;
    return h("span", { class: `letter ${classOf(likely)}`, title }, safe(text));
  });
  const rest = safe(symbols.slice(MARKED).join(""));
  return h("bdi", { class: "word" }, ...marked, rest, ended ? "" : "…");
}

/** @param {number} likely */
export function classOf(likely) {
  return CLASSES.find(([least]) => likely >= least)?.[1] ?? "p5";
}
