/** Text that a person gave, within a message of ours; the worker writes such messages too. */

// What has no ink of its own but changes how the rest is read or shown: controls, bidi marks and
// overrides, blanks of no width, tags. Joiners stay: emoji and some scripts are written with them.
const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;
const LONGEST_SHOWN = 1100; // code points; no word that is made is longer

/**
 * Text that a person gave, fit to be shown: invisible characters are named, and it ends.
 *
 * @param {string} text
 * @param {number} [longest] in code points
 */
export function safe(text, longest = LONGEST_SHOWN) {
  // Not all of a line of a million characters is looked at.
  const letters = [...text.slice(0, 2 * longest + 2)];
  const cut = letters.length > longest ? `${letters.slice(0, longest).join("")}…` : text;
  return cut.replace(INVISIBLE, named);
}

/** @param {string} character */
function named(character) {
  const code = character.codePointAt(0) ?? 0;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}

// Hebrew, Arabic and the scripts in the blocks that Unicode reserves for this direction.
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** @param {string} name of a file or a list, within a sentence */
export function quoted(name) {
  return `“${isolated(safe(name, 80))}”`;
}

/** A word within a sentence. @param {string} word */
export function inSentence(word) {
  return isolated(safe(word));
}

/** What is written from right to left leaves the sentence in order. @param {string} text */
function isolated(text) {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
