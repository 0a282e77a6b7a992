/** Words that a person never wants to see, and pieces of words: kept on this device, for all lists. */

import * as settings from "../settings.js";
import * as kept from "./kept.js";

const KEY = "makemore.never";

const field = settings.control("never");

export function listen() {
  putBack();
  let before = settings.never();
  field.addEventListener("focus", () => {
    before = settings.never();
  });
  // A link or the notebook may have others in the field: only what was changed there is kept.
  field.addEventListener("change", () => {
    const now = settings.never();
    const gone = new Set(before.filter((piece) => !now.includes(piece)));
    keep([...remembered().filter((piece) => !gone.has(piece)), ...now.filter(isNewTo(before))]);
    before = now;
  });
}

/** This very word is not to be shown again. @param {string} word */
export function add(word) {
  const piece = `=${word}`;
  settings.putNever([...settings.never(), piece]);
  keep([...remembered(), piece]);
}

/** Beside what the field has, let it have what is kept. */
export function putBack() {
  const now = settings.never();
  settings.putNever([...now, ...remembered().filter(isNewTo(now))]);
}

/** Nothing of it stays. */
export function forget() {
  settings.putNever([]);
  try {
    localStorage.removeItem(KEY);
  } catch {
    // storage is not allowed: there is nothing in it
  }
}

/** @param {string[]} others */
function isNewTo(others) {
  return (/** @type {string} */ piece) => !others.includes(piece);
}

/** @param {string[]} pieces */
function keep(pieces) {
  if (!kept.wanted()) return; // they hold until the page is left
  try {
    localStorage.setItem(KEY, settings.neverText([...new Set(pieces)]));
  } catch {
    // there is no room: they hold until the page is left
  }
}

function remembered() {
  try {
    return settings.piecesIn(localStorage.getItem(KEY) ?? "");
  } catch {
    return [];
  }
}
