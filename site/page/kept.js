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
  });
  return opened;
}

/** @returns {Promise<Project[]>} the newest first */
export async function all() {
  /** @type {Project[]} */
  const projects = await (await database()).getAll(STORE);
  return projects.toSorted((a, b) => b.updated - a.updated);
}

/** @param {Project} project */
export async function put(project) {
  await (await database()).put(STORE, project);
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
  localStorage.setItem(SWITCH, keep ? "1" : "0");
}

/**
 * Claim a project for this tab, until it is closed: two tabs never write the same one.
 *
 * @param {string} id
 * @returns {Promise<boolean>} whether it is this tab's now
 */
export function claim(id) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(`makemore-project-${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise(() => {});
      })
      .catch(() => resolve(true)); // forbidden, as in a frame without an origin
  });
}
