/** The words that were made, each with its receipt: is it new, how likely, and which letters are. */

import { counted, decimal, h, nextFrame, safe, shown, whole } from "../dom.js";
import { probability } from "../tables.js";

/** @typedef {import("../types").Generated} Generated */
/** @typedef {import("../types").GeneratedWord} GeneratedWord */

const SLICE = 8; // ms of making items, before the browser may draw and do other things
const BLOCK = 20; // words whose letters are marked at once
// A letter of at least this probability is of this class; what is less likely is of the last.
const CLASSES = /** @type {const} */ ([
  [0.2, "p1"],
  [0.1, "p2"],
  [0.05, "p3"],
  [0.02, "p4"],
]);

const MARKED = 100; // letters of a word; its receipt has all of them

/** @typedef {{ words: GeneratedWord[], coming: IntersectionObserver | undefined }} Filling */
/** What a list is being filled with. @type {WeakMap<HTMLElement, Filling>} */
const filling = new WeakMap();

/**
 * All words stand in the list as text; but for the first, their letters are marked when they come
 * near to be seen, because these elements cost as much as all the rest of a word.
 *
 * @param {HTMLElement} list
 * @param {{ words: GeneratedWord[], starred: Set<string> }} data
 */
export async function render(list, { words, starred }) {
  filling.get(list)?.coming?.disconnect();
  const now = { words, coming: words.length > BLOCK ? observer(list, words) : undefined };
  filling.set(list, now);
  list.replaceChildren();
  list.scrollTop = 0;
  for (let at = 0; at < words.length; ) {
    if (at > 0) await nextFrame();
    if (filling.get(list) !== now) return; // other words have come meanwhile
    const end = performance.now() + SLICE;
    const some = document.createDocumentFragment();
    do {
      const word = /** @type {GeneratedWord} */ (words[at]);
      const element = item(word, starred.has(word.word));
      if (at < BLOCK) element.firstElementChild?.replaceWith(letters(word));
      else if (at % BLOCK === 0) now.coming?.observe(element);
      some.append(element);
      at += 1;
    } while (at < words.length && (at % BLOCK > 0 || performance.now() < end));
    list.append(some);
  }
}

/**
 * @param {HTMLElement} list
 * @param {GeneratedWord[]} words
 */
function observer(list, words) {
  const observing = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        observing.unobserve(target);
        markLetters(list, target, words);
      }
    },
    // Of a block only the first is watched: the margin is wider than a block is high.
    { root: list, rootMargin: "1200px 0px" },
  );
  return observing;
}

/** @param {HTMLElement} list @param {Element} first of a block @param {GeneratedWord[]} words */
function markLetters(list, first, words) {
  let from = 0;
  for (let at = first.previousElementSibling; at; at = at.previousElementSibling) from += 1;
  for (const [i, word] of words.slice(from, from + BLOCK).entries()) {
    list.children[from + i]?.firstElementChild?.replaceWith(letters(word));
  }
}

/**
 * @param {HTMLElement} note
 * @param {{ generated: Generated, note: string }} data
 */
export function renderNote(note, { generated, note: text }) {
  const fresh = generated.words.filter(({ known }) => !known).length;
  const parts = [`${whole(fresh)} of ${counted(generated.words.length, "word")} are new.`];
  if (generated.truncated > 0) {
    parts.push(
      `${counted(generated.truncated, "word")} did not end and ${generated.truncated === 1 ? "was" : "were"} cut after ${whole(generated.max_length)} symbols: the model may have no way to end a word.`,
    );
  }
  if (text) parts.push(text);
  note.textContent = parts.join(" ");
}

const blank = h(
  "li",
  {},
  h("bdi", { class: "word" }),
  " ",
  h("small"),
  " ",
  h("small", { class: "nll", title: "Mean negative log-likelihood, nats per bigram" }),
  h(
    "span",
    { class: "buttons" },
    h("button", { type: "button", class: "star", title: "Star" }),
    h("button", { type: "button", class: "open", title: "Receipt" }),
  ),
);

/** @param {GeneratedWord} generated @param {boolean} starred */
function item(generated, starred) {
  const { word, line, known, mean_nll, ended } = generated;
  const where = line == null ? "in the list" : `in the list, line ${whole(line)}`;
  const named = word === "" ? "the empty word" : word;
  // A copy is made in a fraction of the time that its elements take one by one.
  const element = /** @type {HTMLElement} */ (blank.cloneNode(true));
  const [text, mark, nll, buttons] = /** @type {any} */ (element.children);
  element.className = known ? "known" : "new";
  element.dataset.word = word;
  if (word === "") text.replaceWith(letters(generated));
  else text.textContent = ended ? safe(word) : `${safe(word)}…`;
  mark.textContent = known ? where : "new";
  nll.textContent = decimal(mean_nll, 2);
  const [star, open] = buttons.children;
  star.setAttribute("aria-pressed", String(starred));
  star.setAttribute("aria-label", `Star ${named}`);
  open.setAttribute("aria-label", `Receipt of ${named}`);
  return element;
}

/** The word as one run of text, its letters marked by probability. @param {GeneratedWord} generated */
export function letters({ word, symbols, probabilities, ended }) {
  if (word === "") return h("bdi", { class: "word empty" }, "(empty word)");
  let before = ".";
  const marked = symbols.slice(0, MARKED).map((letter, i) => {
    const likely = probabilities[i] ?? 0;
    const title = `${shown(letter)} after ${before}: ${probability(likely)}`;
    before = shown(letter);
    return h("span", { class: `letter ${classOf(likely)}`, title }, safe(letter));
  });
  const rest = safe(symbols.slice(MARKED).join(""));
  return h("bdi", { class: "word" }, ...marked, rest, ended ? "" : "…");
}

/** @param {number} likely */
export function classOf(likely) {
  return CLASSES.find(([least]) => likely >= least)?.[1] ?? "p5";
}
