/** Where words come from: a built-in list, a file, or pasted text. */

/** @typedef {import("./types").BuiltInList} BuiltInList */
/** @typedef {import("./types").Preview} Preview */
/** @typedef {{ name: string, id?: string, bytes: () => Promise<ArrayBuffer> }} Source */

/** @returns {Promise<BuiltInList[]>} the default list first */
export async function builtInLists() {
  return (await (await fetchOk("data/lists.json")).json()).lists;
}

/** @param {BuiltInList} list @returns {Source} */
export function builtIn(list) {
  return {
    name: list.title,
    id: list.id,
    bytes: async () => (await fetchOk(`data/${list.file}`)).arrayBuffer(),
  };
}

/** @param {File} file @returns {Source} */
export function fromFile(file) {
  return { name: file.name, bytes: () => file.arrayBuffer() };
}

/** @param {string} text @returns {Source} */
export function fromText(text) {
  return { name: "Pasted words", bytes: () => new Blob([text]).arrayBuffer() };
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
