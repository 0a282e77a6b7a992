/** The words that were made, each with its receipt: is it new, how likely, and which letters are. */

import { counted, decimal, h, nextFrame, safe, shown, whole } from "../dom.js";
import { probability } from "../tables.js";

/** @typedef {import("../types").Generated} Generated */
/** @typedef {import("../types").GeneratedWord} GeneratedWord */

const PIECE = 40; // words, before the browser may draw and do other things
const GROWTH = 1.5; // of each further piece: every piece lays out all words before it again
// A letter of at least this probability is of this class; what is less likely is of the last.
const CLASSES = /** @type {const} */ ([
  [0.2, "p1"],
  [0.1, "p2"],
  [0.05, "p3"],
  [0.02, "p4"],
]);

const MARKED = 100; // letters of a word; its receipt has all of them

/** @type {WeakMap<HTMLElement, object>} the words that a list is being filled with */
const filling = new WeakMap();

/**
 * @param {HTMLElement} list
 * @param {{ words: GeneratedWord[], starred: Set<string> }} data
 */
export async function render(list, { words, starred }) {
  filling.set(list, words);
  list.replaceChildren();
  let piece = PIECE;
  for (let from = 0; from < words.length; ) {
    if (from > 0) await nextFrame();
    if (filling.get(list) !== words) return; // other words have come meanwhile
    const some = words.slice(from, from + piece);
    list.append(...some.map((word) => item(word, starred.has(word.word))));
    from += some.length;
    piece = Math.ceil(piece * GROWTH);
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

/** @param {GeneratedWord} generated @param {boolean} starred */
function item(generated, starred) {
  const { word, line, known, mean_nll } = generated;
  const where = line == null ? "in the list" : `in the list, line ${whole(line)}`;
  const mark = known ? where : "new";
  const named = word === "" ? "the empty word" : word;
  const star = h("button", {
    type: "button",
    class: "star",
    "aria-pressed": String(starred),
    "aria-label": `Star ${named}`,
    title: "Star",
  });
  const open = h("button", {
    type: "button",
    class: "open",
    "aria-label": `Receipt of ${named}`,
    title: "Receipt",
  });
  const element = h(
    "li",
    { class: known ? "known" : "new" },
    letters(generated),
    " ",
    h("small", {}, mark),
    " ",
    h(
      "small",
      { class: "nll", title: "Mean negative log-likelihood, nats per bigram" },
      decimal(mean_nll, 2),
    ),
    h("span", { class: "buttons" }, star, open),
  );
  element.dataset.word = word;
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
