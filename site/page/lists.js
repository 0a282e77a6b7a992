/** Where words come from: a built-in list, a file, or pasted text. */

import { quoted } from "../dom.js";
import { asList } from "./separators.js";

/** @typedef {import("../types").BuiltInList} BuiltInList */
/** @typedef {import("../types").Preview} Preview */
/** @typedef {import("../types").ReadOptions} ReadOptions */
/**
 * @typedef {object} Source
 * @property {string} name
 * @property {string} [id] of a built-in list
 * @property {boolean} [pasted] and hence in no file
 * @property {() => Promise<Blob>} blob
 * @property {ReadOptions} [options] how it is to be read, if that was chosen or needs no choice
 * @property {import("../types").Project} [project] what is to be taken up with it, once
 * @property {import("../settings.js").Link & Partial<import("./link.js").Opened> & { isFirst: boolean }} [link]
 *   that it is of, which holds once; whether the page was opened with it
 */

const LARGE = 50_000_000; // bytes

/** @returns {Promise<BuiltInList[]>} the default list first */
export async function builtInLists() {
  return (await json("data/lists.json")).lists;
}

/** @param {BuiltInList} list @returns {Source} */
export function builtIn(list) {
  return {
    name: list.title,
    id: list.id,
    blob: async () => (await fetchOk(`data/${list.file}`)).blob(),
    options: {},
  };
}

/**
 * @param {File} file of which a copy is kept, if it is not large: it may be changed or removed while
 *   its list is in use, and Python may have to read it again
 * @returns {Source}
 */
export function fromFile(file) {
  /** @type {Promise<Blob> | undefined} */
  let kept;
  const { name } = file;
  const copy = async () => new Blob([await file.arrayBuffer()]);
  return {
    name,
    async blob() {
      if (file.size > LARGE) return file;
      kept ??= copy();
      return kept.catch((error) => {
        throw new Error(
          `${quoted(name)} could not be read (${error.message}). It may be a folder, or may have been changed or moved: choose it again.`,
        );
      });
    },
  };
}

/**
 * @param {File[]} files
 * @returns {Source} all of them as one list, one after the other
 */
export function joined(files) {
  const [first, ...others] = files;
  const sources = files.map(fromFile);
  return {
    name: `${first?.name ?? ""} and ${others.length} more`,
    async blob() {
      const parts = await Promise.all(sources.map(async (source) => plain(await source.blob())));
      return new Blob(parts.flatMap((part) => [part, "\n"])); // its last line may have no end
    },
  };
}

/** Texts that say how they are encoded, as UTF-8, so that all are alike. @param {Blob} blob */
async function plain(blob) {
  const [a, b, c] = new Uint8Array(await blob.slice(0, 3).arrayBuffer());
  if (a === 0xef && b === 0xbb && c === 0xbf) return blob.slice(3);
  const utf16 = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "";
  return utf16 === "" ? blob : new TextDecoder(utf16).decode(await blob.arrayBuffer());
}

/** @param {string} text that was pasted or dropped @returns {Source} the words in it */
export function fromText(text) {
  /** @type {Promise<Blob> | undefined} */
  let list;
  const blob = () => {
    list ??= asList(text);
    return list;
  };
  return { name: "Pasted words", pasted: true, blob };
}

/** @param {string} id @returns {Promise<Preview>} what the build computed of a built-in list */
export function preview(id) {
  return json(`data/${id}.preview.json`);
}

/** @param {string} path @returns {Promise<any>} */
async function json(path) {
  const response = await fetchOk(path);
  return response.json().catch(() => fail(path, "it is damaged"));
}

/** @param {string} path */
async function fetchOk(path) {
  const response = await fetch(new URL(path, import.meta.url)).catch(() =>
    fail(path, "there is no connection, or something blocks it"),
  );
  if (!response.ok) fail(path, `HTTP ${response.status}`);
  // A network that wants a login first answers everything with its own page.
  if (response.headers.get("content-type")?.includes("html")) fail(path, "another page came");
  return response;
}

/** @param {string} path @param {string} why @returns {never} */
function fail(path, why) {
  throw new Error(
    `${path} could not be loaded (${why}). Reload the page, or use a file of your own.`,
  );
}
