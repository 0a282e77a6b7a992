/** What was pasted or dropped, understood: words one a line, or between commas, semicolons or tabs. */

import { counted, nextFrame, safe } from "../dom.js";

/** @type {[string, RegExp][]} */
const SEPARATORS = [
  ["between commas", /[,，、،]/],
  ["between semicolons", /[;；]/],
  ["between tabs", /\t/],
];
const LINES = /\r\n?|\n/;
const JUDGED = 100_000; // characters by which a longer text is judged
const SLICE = 500_000; // characters that are rewritten at once, in some 20 ms
const SHOWN = 6; // words of a preview
const SHOWN_LETTERS = 20; // of each

/**
 * Lines are words, unless the words are few lines of many parts. What could be a table, of which a
 * column is wanted, is left as it is: reading it asks.
 *
 * @param {string} text
 * @returns {{ said: string, words: string[], at: RegExp | undefined }} how it was found, the words,
 *   and what stands between them but for lines
 */
function judged(text) {
  const lines = text.split(LINES).filter((line) => line.trim() !== "");
  for (const [said, at] of SEPARATORS) {
    const parts = lines.map((line) => line.split(at).map(bare).filter(Boolean));
    const words = parts.flat();
    const separated = parts.filter(({ length }) => length > 1);
    const listed = lines.length === 1 ? words.length > 1 : words.length >= 3 * lines.length;
    const table = lines.length > 2 && parts.every(({ length }) => length === parts[0]?.length);
    if (listed && !table && separated.length >= lines.length - 1) return { said, words, at };
  }
  return { said: "one a line", words: lines.map((line) => line.trim()), at: undefined };
}

/** @param {string} text @returns {string} what it is taken for, with its first words */
export function preview(text) {
  const { said, words } = judged(text);
  const first = words.slice(0, SHOWN).map((word) => {
    const letters = [...word];
    return letters.length > SHOWN_LETTERS ? `${letters.slice(0, SHOWN_LETTERS).join("")}…` : word;
  });
  const more = words.length > SHOWN ? " …" : "";
  return `${counted(words.length, "word")}, ${said}: ${safe(first.join(", "))}${more}`;
}

/** @param {string} text however long @returns {Promise<Blob>} one word a line */
export async function asList(text) {
  const cut = text.length > JUDGED ? text.lastIndexOf("\n", JUDGED) + 1 || JUDGED : text.length;
  const { at } = judged(text.slice(0, cut));
  if (at === undefined) return new Blob([text]);
  const ends = new RegExp(`${at.source}|${LINES.source}`, "g");
  const parts = [];
  for (let begin = 0; begin < text.length; ) {
    ends.lastIndex = begin + SLICE;
    const end = ends.test(text) ? ends.lastIndex : text.length;
    const words = text.slice(begin, end).split(ends).map(bare).filter(Boolean);
    if (words.length > 0) parts.push(`${words.join("\n")}\n`);
    begin = end;
    if (begin < text.length) await nextFrame();
  }
  return new Blob(parts);
}

/** @param {string} part without blanks and quotes around it */
function bare(part) {
  return part.trim().replace(/^["'“”‘’]+|["'“”‘’.]+$/gu, "");
}
