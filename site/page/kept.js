/** Projects kept on this device, in the browser's own database. */

import { openDB } from "idb";

/** @typedef {import("../types").Project} Project */
/**
 * What is told of a project in lists, and read without the nets and words in it; `name` is the one
 * that it was given last.
 *
 * @typedef {Pick<Project, "id" | "name" | "updated" | "list"> & { starred: number }} Entry
 */

const PROJECTS = "projects";
const INDEX = "index";
const SWITCH = "makemore.keep";

export const BLOCKED = "another tab has this page as it was before an update: close it";

/** @type {Promise<import("idb").IDBPDatabase> | undefined} */
let opened;

function database() {
  opened ??= open();
  return opened;
}

/** @returns {Promise<import("idb").IDBPDatabase>} rejected for as long as another tab is in the way */
function open() {
  return new Promise((resolve, reject) => {
    const blocked = () => reject(new Error(BLOCKED));
    const connection = openDB("makemore", 2, { blocked, ...CHANGES });
    connection.then((db) => {
      opened = connection;
      resolve(db);
    }, reject);
  });
}

/** @type {import("idb").OpenDBCallbacks<unknown>} */
const CHANGES = {
  async upgrade(db, _before, _now, transaction) {
    const index = db.createObjectStore(INDEX, { keyPath: "id" });
    if (db.objectStoreNames.contains(PROJECTS)) {
      const projects = await transaction.objectStore(PROJECTS).getAll();
      await Promise.all(projects.map((project) => index.put(entryOf(project))));
    } else db.createObjectStore(PROJECTS, { keyPath: "id" });
  },
  blocking(_before, _now, event) {
    /** @type {IDBDatabase} */ (event.target).close(); // a newer page is in another tab
    opened = undefined;
  },
  terminated() {
    opened = undefined; // the browser closed it, and lets it be opened again
  },
};

/** @param {Project} project @returns {Entry} */
function entryOf({ id, name, updated, list, stars }) {
  return { id, name, updated, list, starred: stars.length };
}

/** What is kept, the newest first. @returns {Promise<Entry[]>} */
export async function all() {
  /** @type {Entry[]} */
  const entries = await (await database()).getAll(INDEX);
  return entries.toSorted((a, b) => b.updated - a.updated);
}

/** @param {string} id @returns {Promise<Entry | undefined>} */
export async function about(id) {
  return (await database()).get(INDEX, id);
}

/** @param {string} id @returns {Promise<Project | undefined>} */
export async function get(id) {
  const db = await database();
  const [project, entry] = await Promise.all([db.get(PROJECTS, id), db.get(INDEX, id)]);
  return project && { ...project, name: entry?.name ?? project.name };
}

async function writing() {
  const transaction = (await database()).transaction([PROJECTS, INDEX], "readwrite");
  const [projects, index] = [PROJECTS, INDEX].map((name) => transaction.objectStore(name));
  return {
    ...{ projects: /** @type {Store} */ (projects), index: /** @type {Store} */ (index) },
    done: transaction.done,
  };
}
/** @typedef {import("idb").IDBPObjectStore<unknown, string[], string, "readwrite">} Store */

/**
 * Write a project; the name that it was given last, here or in another tab, stays.
 *
 * @param {Project} project
 * @param {boolean} known whether it was written before
 * @returns {Promise<boolean>} false if it was forgotten since it was written before: it stays so
 */
export async function put(project, known) {
  const { projects, index, done } = await writing();
  /** @type {Entry | undefined} */
  const before = await index.get(project.id);
  const forgotten = known && before === undefined;
  const named = { ...entryOf(project), name: before?.name ?? project.name };
  await Promise.all([...(forgotten ? [] : [projects.put(project), index.put(named)]), done]);
  return !forgotten;
}

/** @param {string} id @param {string} name */
export async function rename(id, name) {
  const { index, done } = await writing();
  const before = await index.get(id);
  await Promise.all([...(before ? [index.put({ ...before, name })] : []), done]);
}

/** @param {string} id */
export async function remove(id) {
  const { projects, index, done } = await writing();
  await Promise.all([projects.delete(id), index.delete(id), done]);
}

export async function forgetAll() {
  const { projects, index, done } = await writing();
  await Promise.all([projects.clear(), index.clear(), done]);
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
