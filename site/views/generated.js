/** The words that were made, each with where the list has it, if it does. */

import { counted, h, whole } from "../dom.js";

/** @typedef {import("../types").Generated} Generated */
/** @typedef {import("../types").GeneratedWord} GeneratedWord */

/**
 * @param {{ list: HTMLElement, note: HTMLElement }} elements
 * @param {{ generated: Generated, note?: string }} data
 */
export function render({ list, note }, { generated, note: text = "" }) {
  list.replaceChildren(...generated.words.map(item));
  const fresh = generated.words.filter(({ line }) => line == null).length;
  const parts = [`${whole(fresh)} of ${counted(generated.words.length, "word")} are new.`];
  if (generated.truncated > 0) {
    parts.push(
      `${counted(generated.truncated, "word")} did not end and ${generated.truncated === 1 ? "was" : "were"} cut after ${whole(generated.max_length)} symbols: the model may have no way to end a word.`,
    );
  }
  if (text) parts.push(text);
  note.textContent = parts.join(" ");
}

/** @param {GeneratedWord} generated */
function item({ word, line, ended }) {
  const text = word === "" ? "(empty word)" : ended ? word : `${word}…`;
  const mark = line == null ? "new" : `in the list, line ${whole(line)}`;
  return h(
    "li",
    { class: line == null ? "new" : "known" },
    h("bdi", { class: word === "" ? "word empty" : "word" }, text),
    " ",
    h("small", {}, mark),
  );
}
