/** Part of the list: how a file is to be read, chosen before it is. */

import { byId, megabytes, quoted, whole } from "../dom.js";
import * as settings from "../settings.js";
import * as readingView from "../views/reading.js";
import { ActionError } from "./engine.js";
import * as loads from "./loads.js";
import { attempt, engine, say } from "./page.js";

/** @typedef {import("./lists.js").Source} Source */
/** @typedef {import("../types").Inspection} Inspection */
/** @typedef {import("../types").ReadOptions} ReadOptions */
/** @typedef {import("../types").Summary} Summary */

const HEAD = 65_536; // bytes that are looked at; see inspection.py
const CHANGED_BY_CLUSTERS = /\p{M}|\u200d|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;

const form = byId("reading");
const encoding = settings.control("encoding");
const readAs = settings.control("read-as");
const column = /** @type {HTMLSelectElement} */ (settings.control("column"));
const weights = settings.control("weights");
const checkbox = (/** @type {string} */ id) =>
  /** @type {HTMLInputElement} */ (settings.control(id));
const header = checkbox("header");
const lowercase = checkbox("lowercase");
const keepCase = checkbox("keep_case");
const graphemes = checkbox("graphemes");

/** What is being chosen. */
const choice = {
  /** @type {Source | undefined} */
  source: undefined,
  /** @type {Inspection | undefined} */
  found: undefined,
};

/** @param {(source: Source) => Promise<void>} use what to do with a source whose way was chosen */
export function listen(use) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { source } = choice;
    if (source) attempt(() => use({ ...source, options: chosen() }));
  });
  byId("reading-close").addEventListener("click", close);
  byId("reading-cancel").addEventListener("click", () => loads.end(new CancelledError()));
  encoding.addEventListener("change", () => attempt(lookAgain));
  header.addEventListener("change", () => attempt(lookAgain));
  readAs.addEventListener("change", () => attempt(lookAgain));
  column.addEventListener("change", renderPreview);
}

/**
 * Look at a file before it is read.
 *
 * @param {Source} source
 * @param {AbortSignal} signal of its load
 * @returns {Promise<boolean>} whether a choice is needed; it can be made now
 */
export async function needsChoice(source, signal) {
  try {
    const found = await loads.unlessEnded(signal, inspect(source, {}));
    if (!found.guessed && !found.table) return false;
    open(source, found, {});
    const { name } = source;
    say(
      found.table
        ? `${quoted(name)} looks like a table. Choose how to read it, then press “Read it this way”.`
        : `The encoding of ${quoted(name)} is a guess. If its words look wrong below, choose another, then press “Read it this way”.`,
    );
  } catch (error) {
    if (!(error instanceof ActionError && error.name === "EncodingError")) throw error;
    open(source, undefined, {});
    say(error.message, true);
  }
  return true;
}

/** @param {Source} source the list in use @param {Summary} summary of it */
export async function reopen(source, summary) {
  const { guessed, ...chosen } = source.options ?? {};
  const options = guessed ? { ...chosen, encoding: undefined } : chosen;
  open(source, await inspect(source, options), options, summary);
}

export function close() {
  choice.source = undefined;
  form.hidden = true;
}

/**
 * @param {Source} source
 * @param {ReadOptions} options
 * @returns {Promise<Inspection>}
 */
async function inspect(source, options) {
  const blob = await source.blob();
  const data = await blob.slice(0, HEAD).arrayBuffer();
  return engine.inspect({
    data,
    whole: blob.size <= HEAD,
    encoding: options.encoding,
    delimiter: options.delimiter,
    header: options.header,
  });
}

/**
 * @param {Source} source
 * @param {Inspection | undefined} found
 * @param {ReadOptions} options
 * @param {Summary} [summary] of the list, if it is in use
 */
function open(source, found, options, summary) {
  choice.source = source;
  readAs.value =
    options.column === undefined && summary !== undefined ? "" : (found?.table?.delimiter ?? "");
  lowercase.checked = options.lowercase ?? false;
  keepCase.checked = options.keep_case ?? false;
  graphemes.checked = options.graphemes ?? false;
  byId("reading-title").textContent = `How to read ${quoted(source.name)}`;
  show(found, options.encoding ?? "");
  if (options.column !== undefined) column.value = String(options.column);
  if (options.weights !== undefined) weights.value = String(options.weights);
  const { symbols = [], symbol_count = 0 } = summary ?? {};
  const text = symbols.slice(1).join("") + (found?.lines.join("") ?? "");
  const unseen = symbol_count > symbols.length; // which may be changed by either choice
  const capitals = unseen || text !== text.toLowerCase() || Boolean(summary?.case);
  byId("lowercase-field").hidden = !capitals && !lowercase.checked;
  byId("keep_case-field").hidden = !capitals && !keepCase.checked;
  byId("graphemes-field").hidden = !unseen && !CHANGED_BY_CLUSTERS.test(text) && !graphemes.checked;
  renderPreview();
  form.hidden = false;
  byId("reading-title").focus();
}

/** @param {Inspection | undefined} found @param {string} chosenEncoding */
function show(found, chosenEncoding) {
  choice.found = found;
  readingView.renderEncodings(found, chosenEncoding);
  readingView.renderColumns(readAs.value === "" ? undefined : found?.table);
  if (found?.table) header.checked = found.table.header;
  byId("reading-why").textContent = found?.guessed
    ? `It is no UTF-8, so its encoding is a guess: ${readingView.encodingName(found.encoding)}.`
    : "";
}

/** Look at the file again, in the way that was chosen now. */
async function lookAgain() {
  const { source } = choice;
  if (source === undefined) return;
  const before = column.value;
  const found = await inspect(source, {
    encoding: encoding.value || undefined,
    delimiter: readAs.value || undefined,
    header: choice.found?.table?.delimiter === readAs.value ? header.checked : undefined,
  });
  show(found, encoding.value);
  if (before !== "" && Number(before) < column.options.length) column.value = before;
  renderPreview();
}

function renderPreview() {
  readingView.renderPreview(choice.found, readAs.value !== "", Number(column.value));
}

/** @returns {ReadOptions} */
function chosen() {
  const table = readAs.value !== "" && choice.found?.table !== undefined;
  const guessed = encoding.value === "" && choice.found?.guessed === true;
  return {
    encoding: guessed ? choice.found?.encoding : encoding.value || undefined,
    guessed,
    lowercase: lowercase.checked,
    keep_case: keepCase.checked,
    graphemes: graphemes.checked,
    ...(table && {
      column: Number(column.value),
      delimiter: readAs.value,
      header: header.checked,
      weights: weights.value === "" ? undefined : Number(weights.value),
    }),
  };
}

/** Reading was given up by the person. */
export class CancelledError extends Error {
  constructor() {
    super("Reading was cancelled. The list before is still in use.");
  }
}

/**
 * Read a source to its end, with progress in bytes if it takes a moment.
 *
 * @param {Source} source
 * @param {AbortSignal} signal of its load; nothing comes of it if Python has read all before
 * @returns {Promise<import("../types").Summary>}
 */
export async function read(source, signal) {
  const blob = await loads.unlessEnded(signal, source.blob());
  const panel = byId("reading-progress");
  const bar = /** @type {HTMLProgressElement} */ (byId("reading-bar"));
  /** @param {import("../types").Reading} report */
  const show = ({ bytes, words }) => {
    // The first report comes before the first piece: a short list, read at once, moves nothing.
    panel.hidden = bytes === 0 || bytes === blob.size;
    bar.value = bytes / Math.max(1, blob.size);
    byId("reading-label").textContent =
      `Reading: ${megabytes(bytes)} of ${megabytes(blob.size)}, ${whole(words)} words`;
  };
  try {
    const args = { name: source.name, ...source.options };
    const summary = await engine.stream("read", args, show, { source: blob, signal });
    if (summary === undefined) throw signal.reason;
    return summary;
  } finally {
    panel.hidden = true;
  }
}
