/**
 * Brings the rest of the package to Python: nets, the lecture and more, which no start needs. Which
 * modules these are tools/in_pyodide/pack_package.py finds out; that one is missing
 * py/makemore/session/dispatch.py says.
 */

import { addFiles, addPacks, unpacked } from "./boot.js";
import { Downloads } from "./downloads.js";

const LATER = new URL("./python/makemore_later.zip.gz", import.meta.url).href;

/** @typedef {import("../python/pyodide.mjs").PyodideInterface} Pyodide */
/**
 * @template T
 * @typedef {import("../types").Outcome<T>} Outcome
 */

/** @type {Promise<void> | undefined} */
let loading;

/**
 * @param {Pyodide} pyodide
 * @returns {Promise<void>} rejected if it could not be had; it is tried again at the next call
 */
export function loadLater(pyodide) {
  loading ??= load(pyodide).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** @param {Pyodide} pyodide */
async function load(pyodide) {
  const zip = await new Downloads({ counting: false }).gunzipped(LATER);
  addFiles(pyodide, unpacked([zip]));
  addPacks(pyodide);
}

/**
 * Ask Python, and once more from the beginning if the rest of the package was missing.
 *
 * @template T
 * @param {Pyodide | undefined} pyodide
 * @param {() => Outcome<T> | Promise<Outcome<T>>} ask
 * @returns {Promise<Outcome<T>>}
 */
export async function withLater(pyodide, ask) {
  const outcome = await ask();
  if (outcome.missing === undefined || pyodide === undefined) return outcome;
  try {
    await loadLater(pyodide);
  } catch (error) {
    return { error: unavailable(error) };
  }
  return ask();
}

/** @param {unknown} error @returns {import("../types").PlainError} */
function unavailable(error) {
  const why = error instanceof Error ? error.message : String(error);
  const message = `A part of the page that this needs could not be loaded: ${why} What was there before is kept; try it again with a network.`;
  return {
    kind: "DownloadError",
    message,
    setting: undefined,
    symbols: [],
    losses: [],
    detail: "",
  };
}
