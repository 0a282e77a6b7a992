/** Projects kept on this device, in the browser's own database. */

import { openDB } from "idb";

/** @typedef {import("../types").Project} Project */

const STORE = "projects";
const SWITCH = "makemore.keep";

/** @type {Promise<import("idb").IDBPDatabase> | undefined} */
let opened;

function database() {
  opened ??= openDB("makemore", 1, {
    upgrade(db) {
      db.createObjectStore(STORE, { keyPath: "id" });
    },
    terminated() {
      opened = undefined; // the browser closed it, and lets it be opened again
    },
  });
  return opened;
}

/** @returns {Promise<Project[]>} the newest first */
export async function all() {
  /** @type {Project[]} */
  const projects = await (await database()).getAll(STORE);
  return projects.toSorted((a, b) => b.updated - a.updated);
}

/** @param {string} id @returns {Promise<Project | undefined>} */
export async function get(id) {
  return (await database()).get(STORE, id);
}

/**
 * Write a project; the name that it was given last, here or in another tab, stays.
 *
 * @param {Project} project
 * @param {boolean} known whether it was written before
 * @returns {Promise<boolean>} false if it was forgotten since it was written before: it stays so
 */
export async function put(project, known) {
  const { store, done } = (await database()).transaction(STORE, "readwrite");
  /** @type {Project | undefined} */
  const before = await store.get(project.id);
  const forgotten = known && before === undefined;
  if (!forgotten) await store.put({ ...project, name: before?.name ?? project.name });
  await done;
  return !forgotten;
}

/** @param {string} id @param {string} name */
export async function rename(id, name) {
  const { store, done } = (await database()).transaction(STORE, "readwrite");
  const before = await store.get(id);
  if (before !== undefined) await store.put({ ...before, name });
  await done;
}

/** @param {string} id */
export async function remove(id) {
  await (await database()).delete(STORE, id);
}

export async function forgetAll() {
  await (await database()).clear(STORE);
}

/** Whether work is to be kept: it is, unless the person said no. */
export function wanted() {
  try {
    return localStorage.getItem(SWITCH) !== "0";
  } catch {
    return false; // a browser that forbids this forbids the database too
  }
}

/** @param {boolean} keep */
export function want(keep) {
  try {
    localStorage.setItem(SWITCH, keep ? "1" : "0");
  } catch {
    throw new Error("This browser does not allow the page to keep anything: save your words.");
  }
}

/**
 * Claim a project for this tab: two tabs never write the same one.
 *
 * @param {string} id
 * @returns {Promise<(() => void) | null>} what gives it up again; null if it is another tab's
 */
export function claim(id) {
  const nothing = () => {};
  if (!navigator.locks) return Promise.resolve(nothing);
  return new Promise((resolve) => {
    navigator.locks
      .request(`makemore-project-${id}`, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise((release) => resolve(() => release(undefined)));
      })
      .catch(() => resolve(nothing)); // forbidden, as in a frame without an origin
  });
}
