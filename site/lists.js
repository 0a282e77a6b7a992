/** Where words come from: a built-in list, a file, or pasted text. */

/** @typedef {import("./types").BuiltInList} BuiltInList */
/** @typedef {import("./types").Preview} Preview */
/** @typedef {import("./types").ReadOptions} ReadOptions */
/**
 * @typedef {object} Source
 * @property {string} name
 * @property {string} [id] of a built-in list
 * @property {() => Promise<Blob>} blob
 * @property {ReadOptions} [options] how it is to be read, if that was chosen or needs no choice
 */

/** @returns {Promise<BuiltInList[]>} the default list first */
export async function builtInLists() {
  return (await (await fetchOk("data/lists.json")).json()).lists;
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

/** @param {File} file @returns {Source} */
export function fromFile(file) {
  return { name: file.name, blob: async () => file };
}

/** @param {string} text @returns {Source} */
export function fromText(text) {
  return { name: "Pasted words", blob: async () => new Blob([text]) };
}

/** @param {string} id @returns {Promise<Preview>} what the build computed of a built-in list */
export async function preview(id) {
  return (await fetchOk(`data/${id}.preview.json`)).json();
}

/** @param {string} path */
async function fetchOk(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) {
    throw new Error(
      `${path} could not be loaded (HTTP ${response.status}). Reload the page, or use a file of your own.`,
    );
  }
  return response;
}
