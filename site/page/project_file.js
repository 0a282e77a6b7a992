/** A project as text, for a file, and back: such a file may come from anywhere. */

import * as models from "./models_panel.js";

/** @typedef {import("../types").Project} Project */
/** @typedef {(value: any) => boolean} Is */

const LARGEST_LIST = 20_000_000; // bytes, in a file
const MOST_STARS = 10_000;
const PIECE = 0x8000; // of bytes, as many as one call can take

/**
 * @param {Project} project
 * @returns {Promise<{ json: string, whole: boolean }>} whether its list is in it, or built in: one
 *   that is too large is left out
 */
export async function pack(project) {
  const { blob, ...list } = project.list;
  const content = blob && blob.size <= LARGEST_LIST ? await contentOf(blob, list) : undefined;
  const json = JSON.stringify({ ...project, id: "", list: { ...list, ...content } }, written);
  return { json, whole: Boolean(list.id || content) };
}

/** The list as text that reads in Python as well, or its bytes. @param {Blob} blob @param {Project["list"]} list */
async function contentOf(blob, { options = {} }) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const { encoding = "utf-8", guessed: _, ...others } = options;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return { text, options: others };
  } catch {
    return { bytes }; // an encoding that only Python knows
  }
}

/** What JSON has no way to write. @param {string} _ @param {any} value */
function written(_, value) {
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (value instanceof Float64Array) return [...value];
  if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) return value;
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  let letters = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    letters += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return { $bytes: btoa(letters) };
}

/** @param {string} _ @param {any} value */
function read(_, value) {
  if (value === null) return undefined; // which Python takes for None
  if (isText(value?.$number)) return Number(value.$number);
  if (!isText(value?.$bytes)) return value;
  return Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0));
}

/**
 * @param {string} json
 * @returns {Project} with no id, as no device has kept it
 */
export function unpack(json) {
  /** @type {any} */
  let found;
  try {
    found = JSON.parse(json, read);
  } catch {
    fail("its bytes");
  }
  for (const [name, is] of Object.entries(PARTS)) if (!is(found?.[name])) fail(`its ${name}`);
  if (!models.has(found.kind)) fail(`its model, ${JSON.stringify(found.kind.slice(0, 40))},`);
  const { text, bytes, ...list } = found.list;
  const content = isText(text) ? text : bytes instanceof Uint8Array ? bytes : undefined;
  const { name, kind, notebook, model, typed, asked, made, stars, runs, comparison } = found;
  return {
    ...{ id: "", name: name.slice(0, 200), updated: 0, kind, notebook, model, typed, asked, made },
    list: { ...list, blob: content === undefined ? undefined : new Blob([content]) },
    ...{ stars: stars.slice(0, MOST_STARS), runs, comparison: comparison ?? undefined },
    ...{ cards: found.cards ?? [], saved: found.saved ?? [] },
  };
}

/** @param {string} what @returns {never} */
function fail(what) {
  throw new Error(`The project in this file cannot be opened: ${what} cannot be read.`);
}

/** @type {Is} */
const isText = (value) => typeof value === "string";
/** @type {Is} */
const isNumber = (value) => typeof value === "number";
/** @type {Is} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {Is} is @returns {Is} */
const arrayOf = (is) => (value) => Array.isArray(value) && value.every(is);
/** @param {...Is} parts @returns {Is} */
const tuple =
  (...parts) =>
  (value) =>
    Array.isArray(value) && value.length === parts.length && parts.every((is, i) => is(value[i]));
/** @param {Is} is @returns {Is} */
const recordOf = (is) => (value) => isObject(value) && Object.values(value).every(is);
/** @param {Record<string, Is>} fields @returns {Is} */
const shape = (fields) => (value) =>
  isObject(value) && Object.entries(fields).every(([name, is]) => is(value[name]));
/** @param {Is} is @returns {Is} */
const maybe = (is) => (value) => value === undefined || value === null || is(value);

const RUN = shape({
  ...{ kind: isText, name: isText, number: isNumber, settings: recordOf(isText), loss: isNumber },
  ...{ losses: arrayOf(isNumber), comparison: isNumber },
  ...{ marks: arrayOf(tuple(isNumber, isNumber)), heldOut: arrayOf(tuple(isNumber, isNumber)) },
});
const WORD = shape({
  ...{ word: isText, symbols: arrayOf(isText), known: (value) => typeof value === "boolean" },
  ...{ line: maybe(isNumber), mean_nll: isNumber, probabilities: arrayOf(isNumber) },
});
const CARD = shape({
  ...{ kind: isText, label: isText, name: isText, note: isText, settings: isObject },
  ...{ parameters: isNumber, seconds: isNumber, train: maybe(isNumber), held_out: maybe(isNumber) },
  ...{ typed: maybe(recordOf(isText)), facts: maybe(isObject) },
});

/** @type {Record<string, Is>} */
const PARTS = {
  name: isText,
  list: shape({ name: isText, id: maybe(isText), options: maybe(isObject) }),
  kind: isText,
  model: recordOf(isText),
  typed: maybe(recordOf(recordOf(isText))),
  asked: recordOf(isText),
  made: shape({
    ...{ words: arrayOf(WORD), tally: isText, madeBy: isText },
    totals: shape({ drawn: isNumber, reasons: recordOf(isNumber) }),
    shownBy: maybe(
      shape({ model: isText, asked: isText, never: arrayOf(isText), seen: arrayOf(isText) }),
    ),
    given: maybe(arrayOf(isText)),
  }),
  stars: arrayOf(isText),
  runs: maybe(shape({ runs: arrayOf(RUN), current: maybe(RUN), made: isNumber })),
  comparison: maybe(isObject),
  cards: maybe(arrayOf(tuple(isText, CARD))),
  saved: maybe(arrayOf(tuple(isText, isObject))),
};
