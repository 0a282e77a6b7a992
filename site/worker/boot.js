/**
 * Starts Python in the worker: the runtime, NumPy and the package, from files next to this one.
 *
 * Pyodide asks for its files one after the other. Here all are on their way from the first moment,
 * compiled while others still come, and Pyodide is handed what it asks for. build.py makes the
 * files, see tools/build/python_files.py.
 */

import { Downloads } from "./downloads.js";
import * as snapshot from "./snapshot.js";
import { unzip } from "./unzip.js";

/** @typedef {import("../types").BootStep} BootStep */
/** @typedef {import("../python/pyodide.mjs").PyodideInterface} Pyodide */

const BASE = new URL("./python/", import.meta.url).href;
const WASM = `${BASE}pyodide.asm.wasm`;
const STDLIB = `${BASE}python_stdlib.zip.gz`;
const PACKAGES = [`${BASE}numpy.zip.gz`, `${BASE}makemore.zip.gz`];
export const SITE_PACKAGES = "/lib/python3.13/site-packages";
/** Of NumPy's extension modules; only the generators can wait. */
const NEEDED_FIRST = /\/numpy\/(_core|linalg)\//;
const STEPS = 3; // after the last byte
/** A hash of all files in python/; the build puts it here. @type {string} */
const VERSION = /** @type {any} */ (self).__PYTHON_VERSION;
const SNAPSHOT = `${BASE}snapshot?${VERSION}`;
const EMPTY_ZIP = Uint8Array.of(80, 75, 5, 6, ...Array(18).fill(0));

// The worker's first moment, before anybody has asked for Python. Its name says what it is for.
const isKept = self.name === "kept"; // all files are on this machine: see early/worker_start.js
const downloads = new Downloads({ counting: !isKept });
const found = isKept ? snapshot.find(SNAPSHOT).catch(() => undefined) : Promise.resolve(undefined);
const wasm = downloads.compiled(WASM);
const scripts = downloads.modules([`${BASE}pyodide.mjs`, `${BASE}pyodide.asm.js`]);
const stdlib = found.then((copy) => (copy ? EMPTY_ZIP : downloads.gunzipped(STDLIB)));
const packages = Promise.all(PACKAGES.map((url) => downloads.gunzipped(url)));
const files = packages.then(unpacked);
const extensions = files.then(compileExtensions);
const lock = downloads.text(`${BASE}pyodide-lock.json`);
const failure = rejectedWith([wasm, scripts, stdlib, extensions, lock]);
downloads.measure(new URL("./build.json", import.meta.url).href);

/**
 * @param {(step: BootStep) => void} report called at each step and as bytes come
 * @returns the running Pyodide, makemore's module session, whether all this was restored, and what
 *   is to be done soon after; undefined if it could not be restored: then start another worker
 */
export async function bootPython(report) {
  let text = "Loading Python";
  let done = 0;
  downloads.report = (loaded, total, left) =>
    report({ text, loaded, total, left, done, steps: STEPS });
  const step = (/** @type {string} */ next, /** @type {number} */ before) => {
    text = next;
    done = before;
    performance.mark(text); // for the browser's profiler
    downloads.tell();
  };
  downloads.tell();

  const [{ loadPyodide }] = await Promise.race([scripts, failure]);
  handOver();
  const copy = await found;
  if (copy === undefined) return start(loadPyodide(options()), step, false);
  try {
    return await start(restored(loadPyodide, copy), step, true);
  } catch (error) {
    if (await isRejected(failure)) throw error; // of a file, which says nothing about the copy
    const damaged = error instanceof snapshot.DamagedError;
    await (damaged ? snapshot.throwAway : snapshot.giveUp)(SNAPSHOT).catch(() => {});
    return undefined;
  }
}

/** @param {Promise<never>} promise @returns whether it is rejected by now */
function isRejected(promise) {
  return Promise.race([promise, Promise.resolve(false)]).catch(() => true);
}

/**
 * @param {Promise<Pyodide>} starting
 * @param {(next: string, before: number) => void} step
 * @param {boolean} restored
 */
async function start(starting, step, restored) {
  step("Starting Python", 0);
  // Pyodide itself never answers when a file that it needs is broken.
  const pyodide = await Promise.race([starting, failure]);
  step("Importing NumPy", 1);
  addFiles(pyodide, await files);
  const linked = restored ? [] : await extensions;
  const isFirst = (/** @type {[string, WebAssembly.Module]} */ [path]) => NEEDED_FIRST.test(path);
  linkExtensions(pyodide, linked.filter(isFirst));
  const session = importAll(pyodide, () => step("Importing makemore", 2));
  step("Python is ready", STEPS);
  Object.assign(self, { pyodide }); // for the browser's console
  const rest = linked.filter((extension) => !isFirst(extension));
  const finish = () => linkExtensions(pyodide, rest);
  return { pyodide, session, finish, restored };
}

/**
 * What makes a later start faster: see snapshot.js. For a worker of its own.
 *
 * @returns {Promise<boolean>} whether it is kept
 */
export async function makeSnapshot() {
  if (await snapshot.isDecided(SNAPSHOT)) return (await snapshot.find(SNAPSHOT)) !== undefined;
  // A file that is missing or broken today says nothing about later visits: it rejects this.
  const loaded = Promise.all([scripts, files, extensions, wasm, stdlib]);
  const [[{ loadPyodide }], all, linked] = await loaded;
  try {
    handOver();
    let layout = "";
    aroundRuntime((create) => (settings) => {
      settings.preRun.push((/** @type {any} */ { FS }) => writeFiles(FS, all));
      settings.onRuntimeInitialized = () => {
        layout = snapshot.preload(settings, linked);
      };
      return create(settings);
    });
    const pyodide = await loadPyodide({ ...options(), _makeSnapshot: true });
    importAll(pyodide).destroy();
    await snapshot.keep(SNAPSHOT, pyodide, layout);
    return true;
  } catch {
    await snapshot.giveUp(SNAPSHOT).catch(() => {}); // where nothing can be kept, not even that
    return false;
  }
}

/**
 * @param {any} loadPyodide
 * @param {import("./snapshot.js").Snapshot} copy
 * @returns {Promise<Pyodide>} rejected if this copy is of no use
 */
async function restored(loadPyodide, { layout, bytes }) {
  aroundRuntime((create) => async (settings) => {
    const runtime = await create(settings);
    if (snapshot.preload(runtime, await extensions) === layout) return runtime;
    throw new Error("The extension modules lie elsewhere.");
  });
  const pyodide = await loadPyodide({ ...options(), _loadSnapshot: await bytes });
  const packs = pyodide.pyimport("sitecustomize");
  packs.restored();
  packs.destroy();
  return pyodide;
}

function options() {
  return { indexURL: BASE, stdLibURL: STDLIB, lockFileContents: lock };
}

/** @param {(create: (settings: any) => any) => (settings: any) => any} wrap what makes Pyodide's runtime */
function aroundRuntime(wrap) {
  const scope = /** @type {any} */ (globalThis);
  scope._createPyodideModule = wrap(scope._createPyodideModule);
}

/**
 * Import all that the page needs; what is there already is only looked up.
 *
 * @param {Pyodide} pyodide
 * @returns makemore's module session
 */
function importAll(pyodide, beforeOurs = () => {}) {
  const packs = pyodide.pyimport("sitecustomize"); // of tools/in_pyodide/
  packs.add_packs();
  pyodide.pyimport("numpy").destroy();
  beforeOurs();
  const session = pyodide.pyimport("makemore.session");
  packs.started();
  packs.destroy();
  return session;
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

/** @param {Uint8Array[]} zips @returns what is to lie in Python's file system, by path */
export function unpacked(zips) {
  const entries = zips.flatMap((zip) => [...unzip(zip)]);
  // Pyodide takes a folder of that name for a package that it has installed itself.
  const used = entries.filter(([name]) => !name.includes(".dist-info/"));
  return new Map(used.map(([name, bytes]) => [`${SITE_PACKAGES}/${name}`, bytes]));
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

/** Let Python import from the packs among files that were added. @param {Pyodide} pyodide */
export function addPacks(pyodide) {
  const packs = pyodide.pyimport("sitecustomize"); // of tools/in_pyodide/
  packs.add_packs();
  packs.destroy();
}

/** @param {Pyodide} pyodide @param {Map<string, Uint8Array>} files see unpacked */
export function addFiles({ FS, pyimport }, files) {
  writeFiles(FS, files);
  const importlib = pyimport("importlib");
  importlib.invalidate_caches();
  importlib.destroy();
}

/**
 * @param {Pyodide["FS"]} FS
 * @param {Map<string, Uint8Array>} files by path
 */
function writeFiles(FS, files) {
  const made = new Set();
  for (const [path, bytes] of files) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(parent)) FS.mkdirTree(parent);
    made.add(parent);
    FS.writeFile(path, bytes, { canOwn: true });
  }
}

/**
 * @param {Map<string, Uint8Array>} files
 * @returns {Promise<[string, WebAssembly.Module][]>} extension modules, compiled in other threads
 */
function compileExtensions(files) {
  return Promise.all(
    [...files]
      .filter(([path]) => path.endsWith(".so"))
      .map(async ([path, bytes]) => [
        path,
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
  for (const [path, module] of extensions) {
    try {
      snapshot.link(runtime, path, module);
    } catch {
      return;
    }
  }
}
