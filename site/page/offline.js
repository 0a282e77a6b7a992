/** Keeps the page for use without a network, says so, offers new versions, repairs broken files. */

import { byId, megabytes } from "../dom.js";
import * as offlineView from "../views/offline.js";

const FOLDER = new URL("./", import.meta.url);
let begun = false;

/**
 * Keep the page. To be called when Python runs, so that nothing slows its start.
 *
 * @returns {Promise<boolean>} whether it is kept now; false as well if this was asked before
 */
export async function keep() {
  if (begun) return false;
  begun = true;
  const container = navigator.serviceWorker;
  if (!container) {
    refused("this browser keeps only pages that came by https");
    return false;
  }
  let bytes = 0;
  try {
    const about = await build();
    bytes = about.bytes;
    const registration = await registered(container);
    const active = await installed(registration);
    if (!container.controller) await ask(active, "serve", about.version);
    show("kept", `Ready offline, ${megabytes(bytes)}`);
    offerUpdates(container, registration);
    return true;
  } catch (error) {
    refused(await reason(error, bytes));
    return false;
  }
}

/** @param {boolean} made whether later visits will start from a copy of Python's memory */
export function prepared(made) {
  byId("offline").dataset.snapshot = made ? "made" : "refused";
}

/** @returns {Promise<boolean>} whether broken files were found; they are loaded again when used */
export async function repair() {
  const worker = navigator.serviceWorker?.controller;
  return Boolean(worker && (await ask(worker, "repair")) > 0);
}

/** @param {ServiceWorkerContainer} container */
async function registered(container) {
  const found = await container.getRegistration(FOLDER);
  // One that is there is checked for a new version by the browser, after each visit's start.
  return found?.scope === FOLDER.href ? found : container.register(new URL("sw.js", FOLDER));
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @returns {Promise<ServiceWorker>} the worker that keeps the page, once it has all files
 */
async function installed(registration) {
  if (registration.active) return registration.active;
  const worker = registration.installing ?? registration.waiting;
  if (worker === null) throw new Error("no service worker");
  show("keeping", "Saving the page for use without a network …");
  await reached(worker, "activated");
  return worker;
}

/**
 * @param {ServiceWorker} worker
 * @param {ServiceWorkerState} state
 * @returns {Promise<void>} rejected if the worker was given up
 */
function reached(worker, state) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === state) resolve();
      if (worker.state === "redundant") reject(new Error("its files could not be saved"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

/**
 * @param {ServiceWorkerContainer} container
 * @param {ServiceWorkerRegistration} registration
 */
function offerUpdates(container, registration) {
  const button = byId("update");
  let asked = false;
  const offer = () => {
    button.hidden = registration.waiting === null;
  };
  const watch = () => {
    // A version that could not be loaded as a whole is not offered; the next visit tries again.
    if (registration.installing)
      reached(registration.installing, "installed").then(offer, () => {});
  };
  registration.addEventListener("updatefound", watch);
  container.addEventListener("controllerchange", () => {
    if (asked) location.reload();
  });
  button.addEventListener("click", async () => {
    if (registration.waiting === null) return;
    asked = true;
    if (await ask(registration.waiting, "update")) return;
    asked = false;
    show("kept", "This page is open in another tab: close it there, then update.");
  });
  watch();
  offer();
}

/**
 * @param {ServiceWorker} worker
 * @param {string} request @param {unknown} [argument] see sw.js
 * @returns {Promise<any>}
 */
function ask(worker, request, argument) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      port1.close();
      resolve(data);
    };
    worker.postMessage({ request, argument }, [port2]);
  });
}

/** @returns {Promise<{ version: string, bytes: number }>} what the build says of the whole page */
async function build() {
  const { version, files } = await (await fetch(new URL("build.json", FOLDER))).json();
  /** @type {{ bytes: number }[]} */
  const sizes = files;
  return { version, bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * @param {unknown} error
 * @param {number} bytes of the whole page
 */
async function reason(error, bytes) {
  const name = error instanceof Error ? error.name : "";
  if (name === "SecurityError" || name === "NotSupportedError") {
    return "this browser doesn't let it keep files";
  }
  if (!(await hasRoom(bytes))) {
    return `there is no room left in this browser for ${megabytes(bytes)}`;
  }
  return "some of its files could not be saved; the next visit tries again";
}

/**
 * Find out by trying: what went wrong inside of the service worker is not told to the page, and
 * browsers report more room than they give.
 *
 * @param {number} bytes
 */
async function hasRoom(bytes) {
  const name = "is-there-room";
  try {
    const cache = await caches.open(name);
    await cache.put(new URL(name, FOLDER), new Response(new Uint8Array(bytes)));
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === "QuotaExceededError");
  } finally {
    await caches.delete(name).catch(() => {});
  }
}

/** @param {string} why */
function refused(why) {
  show("refused", `Works only with a network: ${why}.`);
}

/** @param {"keeping" | "kept" | "refused"} state @param {string} text */
function show(state, text) {
  offlineView.render(byId("offline"), { state, text });
}
