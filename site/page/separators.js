/** What was pasted, understood: words one a line, or between commas, semicolons or tabs. */

import { counted } from "../dom.js";

const SEPARATORS = /** @type {const} */ ([
  [",", "between commas", /[,，、،]/],
  [";", "between semicolons", /[;；]/],
  ["\t", "between tabs", /\t/],
]);

/**
 * Lines are words, unless the words are few lines of many parts. What could be a table, of which a
 * column is wanted, is left as it is: reading it asks.
 *
 * @param {string} pasted
 * @returns {{ text: string, note: string }} one word a line, and how that was found
 */
export function understood(pasted) {
  const lines = pasted.split(/\r\n?|\n/).filter((line) => line.trim() !== "");
  for (const [, said, at] of SEPARATORS) {
    const parts = lines.map((line) => line.split(at).map(bare).filter(Boolean));
    const words = parts.flat();
    const separated = parts.filter(({ length }) => length > 1);
    const listed = lines.length === 1 ? words.length > 1 : words.length >= 3 * lines.length;
    const table = lines.length > 2 && parts.every(({ length }) => length === parts[0]?.length);
    if (listed && !table && separated.length >= lines.length - 1) {
      return { text: `${words.join("\n")}\n`, note: `${counted(words.length, "word")}, ${said}.` };
    }
  }
  return { text: pasted, note: `${counted(lines.length, "word")}, one a line.` };
}

/** @param {string} part without blanks and quotes around it */
function bare(part) {
  return part.trim().replace(/^["'“”‘’]+|["'“”‘’.]+$/gu, "");
}
