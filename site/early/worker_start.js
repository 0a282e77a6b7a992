/**
 * Starts the worker, and with it all its downloads, before anything else of the page is asked for:
 * index.html names this first, as a plain script, since modules wait for one another.
 */

{
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  try {
    // Files that are kept on this machine are not worth counting byte by byte: see boot.js.
    const name = navigator.serviceWorker?.controller ? "kept" : "";
    const worker = new Worker(new URL("worker.js", src), { type: "module", name });
    worker.onerror = (event) => {
      event.preventDefault();
      // Whoever wants a worker starts one, and learns what is wrong.
      if (globalThis.earlyWorker === worker) globalThis.earlyWorker = undefined;
    };
    globalThis.earlyWorker = worker;
  } catch {
    // A page that was opened as a file may start none: loading.js says so.
  }
}
