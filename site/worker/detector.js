/** Loads chardet into Python: few lists need it, so it is no part of the start. */

import { addFiles, unpacked } from "./boot.js";
import { Downloads } from "./downloads.js";

const CHARDET = new URL("./python/chardet.zip.gz", import.meta.url).href;

/**
 * Let Python look at a file, with chardet if the file's encoding is no more than a guess.
 *
 * @template {import("../types").Outcome<any>} T
 * @param {import("../python/pyodide.mjs").PyodideInterface} pyodide
 * @param {() => Promise<T>} inspect
 * @returns {Promise<T>}
 */
export async function withDetector(pyodide, inspect) {
  const outcome = await inspect();
  const unsure = outcome.value?.guessed || outcome.error?.kind === "EncodingError";
  if (!unsure) return outcome;
  try {
    await load(pyodide);
  } catch {
    return outcome; // without a network the guess stays what it is
  }
  return inspect();
}

/** @type {Promise<void> | undefined} */
let loading;

/** @param {import("../python/pyodide.mjs").PyodideInterface} pyodide */
function load(pyodide) {
  loading ??= new Downloads({ counting: false })
    .gunzipped(CHARDET)
    .then((zip) => addFiles(pyodide, unpacked([zip])));
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}
