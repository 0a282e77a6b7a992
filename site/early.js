/**
 * Starts the worker, and with it all downloads, before the rest of the page's modules have come:
 * index.html asks for this one first.
 */

const start = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

/** @type {Worker | undefined} */
let early = start();
early.onerror = (event) => {
  event.preventDefault();
  early = undefined; // whoever wants a worker starts one, and learns what is wrong
};

/** @returns {Worker} one that nobody has used */
export function takeWorker() {
  const worker = early ?? start();
  early = undefined;
  return worker;
}
