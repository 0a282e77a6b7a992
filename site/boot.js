/**
 * Starts Python in the worker: the runtime, NumPy and the package, from files next to this one.
 *
 * Pyodide asks for its files one after the other. Here all are on their way from the first moment,
 * compiled while others still come, and Pyodide is handed what it asks for. build.py makes the
 * files, see tools/python_files.py.
 */

import { Downloads } from "./downloads.js";
import { unzip } from "./unzip.js";

/** @typedef {import("./types").BootStep} BootStep */
/** @typedef {import("./python/pyodide.mjs").PyodideInterface} Pyodide */

const BASE = new URL("./python/", import.meta.url).href;
const WASM = `${BASE}pyodide.asm.wasm`;
const STDLIB = `${BASE}python_stdlib.zip.gz`;
const PACKAGES = [`${BASE}numpy.zip.gz`, `${BASE}makemore.zip.gz`];
const SITE_PACKAGES = "/lib/python3.13/site-packages";
const STEPS = 3; // after the last byte

// The worker's first moment, before anybody has asked for Python.
const downloads = new Downloads({ counting: self.name !== "kept" });
const wasm = downloads.compiled(WASM);
const scripts = downloads.modules([`${BASE}pyodide.mjs`, `${BASE}pyodide.asm.js`]);
const stdlib = downloads.gunzipped(STDLIB);
const packages = Promise.all(PACKAGES.map((url) => downloads.gunzipped(url)));
const files = packages.then((zips) => new Map(zips.flatMap((zip) => [...unzip(zip)])));
const extensions = files.then(compileExtensions);
const lock = downloads.text(`${BASE}pyodide-lock.json`);
const failure = rejectedWith([wasm, scripts, stdlib, extensions, lock]);
downloads.measure(new URL("./build.json", import.meta.url).href);

/**
 * @param {(step: BootStep) => void} report called at each step and as bytes come
 * @returns the running Pyodide, makemore's module session, and what is to be done soon after
 */
export async function bootPython(report) {
  let text = "Loading Python";
  let done = 0;
  downloads.report = (loaded, total) => report({ text, loaded, total, done, steps: STEPS });
  const step = (/** @type {string} */ next, /** @type {number} */ before) => {
    text = next;
    done = before;
    performance.mark(text); // for the browser's profiler
    downloads.tell();
  };
  downloads.tell();

  const [{ loadPyodide }] = await Promise.race([scripts, failure]);
  handOver();
  const started = loadPyodide({ indexURL: BASE, stdLibURL: STDLIB, lockFileContents: lock });
  step("Starting Python", 0);
  // Pyodide itself never answers when a file that it needs is broken.
  const pyodide = await Promise.race([started, failure]);
  step("Importing NumPy", 1);
  writeFiles(pyodide, await files);
  const packs = pyodide.pyimport("sitecustomize"); // of tools/in_pyodide/
  packs.add_packs();
  const linked = await extensions;
  linkExtensions(pyodide, linked.filter(isNeededFirst));
  pyodide.pyimport("numpy").destroy();
  step("Importing makemore", 2);
  const session = pyodide.pyimport("makemore.session");
  packs.started();
  step("Python is ready", STEPS);
  Object.assign(self, { pyodide }); // for the browser's console
  return {
    pyodide,
    session,
    finish: () =>
      linkExtensions(
        pyodide,
        linked.filter((extension) => !isNeededFirst(extension)),
      ),
  };
}

/** @param {[string, WebAssembly.Module]} extension */
function isNeededFirst([name]) {
  return name.startsWith("numpy/_core/") || name.startsWith("numpy/linalg/");
}

/**
 * @param {Promise<unknown>[]} all
 * @returns {Promise<never>} rejected as soon as one of them is, and never fulfilled
 */
function rejectedWith(all) {
  /** @type {Promise<never>} */
  const failure = new Promise((_, reject) => {
    for (const one of all) one.catch(reject);
  });
  failure.catch(() => {}); // it may come before anybody waits for it
  return failure;
}

/**
 * Let Pyodide find what was already loaded, at the two places where it looks.
 */
function handOver() {
  const { fetch } = self;
  self.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url === WASM) return new Response(); // its module is taken below
    if (url === STDLIB) return new Response(/** @type {BlobPart} */ (await orWait(stdlib)));
    return fetch(input, init);
  };
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = async (_, imports) => {
    WebAssembly.instantiateStreaming = instantiateStreaming;
    self.fetch = fetch;
    const module = await orWait(wasm);
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
}

/**
 * What failed is said by bootPython; Pyodide would say it again, in its own words, to the console.
 *
 * @template T
 * @param {Promise<T>} pending
 */
function orWait(pending) {
  return pending.catch(() => /** @type {Promise<T>} */ (new Promise(() => {})));
}

/**
 * @param {Pyodide} pyodide
 * @param {Map<string, Uint8Array>} files
 */
export function writeFiles({ FS, pyimport }, files) {
  const made = new Set();
  for (const [name, bytes] of files) {
    const path = `${SITE_PACKAGES}/${name}`;
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(parent)) FS.mkdirTree(parent);
    made.add(parent);
    FS.writeFile(path, bytes, { canOwn: true });
  }
  pyimport("importlib").invalidate_caches();
}

/**
 * @param {Map<string, Uint8Array>} files
 * @returns {Promise<[string, WebAssembly.Module][]>} extension modules, compiled in other threads
 */
function compileExtensions(files) {
  return Promise.all(
    [...files]
      .filter(([name]) => name.endsWith(".so"))
      .map(async ([name, bytes]) => [
        name,
        await WebAssembly.compile(/** @type {BufferSource} */ (bytes)),
      ]),
  );
}

/**
 * Make compiled extension modules known, so that importing them doesn't compile them again.
 *
 * This leans on names inside of Pyodide's Emscripten; without them, or if they have changed, Python
 * takes the same modules from its file system.
 *
 * @param {Pyodide} pyodide
 * @param {[string, WebAssembly.Module][]} extensions
 */
function linkExtensions(pyodide, extensions) {
  const runtime = /** @type {any} */ (pyodide)._module;
  for (const [name, module] of extensions) {
    const path = `${SITE_PACKAGES}/${name}`;
    try {
      const flags = { loadAsync: false, nodelete: true, global: false };
      const exports = runtime.loadWebAssemblyModule(module, flags, path, {});
      Object.assign(runtime.newDSO(path, undefined, "loading"), { exports, global: false });
    } catch {
      return;
    }
  }
}
