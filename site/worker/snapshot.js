/**
 * A copy of Python's memory with all modules imported, made by this browser once the page is kept
 * for offline use: later visits start from it.
 *
 * This leans on what Pyodide 0.28 does inside and doesn't document. So a copy is used only by the
 * version that made it, only if all extension modules come to lie where they lay then, and only if
 * Python computes with it; else it is given up for good, and the start is as always. One that is no
 * longer what was kept, or from which a Python came that stopped later, is thrown away: the next
 * visit makes another.
 */

const CACHE = "makemore-snapshot";
const PAGE = 65_536; // bytes, the unit of WebAssembly's memory
const LEAST = 320 * PAGE; // what Pyodide asks for at least
const LAYOUT = "x-layout";
const HASH = "x-hash"; // of the bytes: 29 MB take 28 ms, while the runtime is still being compiled

/** @typedef {import("../python/pyodide.mjs").PyodideInterface} Pyodide */
/** @typedef {{ layout: string, bytes: Promise<ArrayBuffer> }} Snapshot */

/** A copy that is not what was kept. */
export class DamagedError extends Error {}

/** @param {string} url that names the version @returns {Promise<Snapshot | undefined>} */
export async function find(url) {
  const response = await (await caches.open(CACHE)).match(url);
  const layout = response?.headers.get(LAYOUT);
  if (!response || !layout) return undefined;
  const expected = response.headers.get(HASH);
  const bytes = response.arrayBuffer().then(async (all) => {
    // Python that starts from anything else may hang, or compute nonsense.
    if ((await hashOf(all)) === expected) return all;
    throw new DamagedError("The copy of Python's memory is damaged.");
  });
  bytes.catch(() => {}); // told to whoever uses it
  return { layout, bytes };
}

/** @param {BufferSource} bytes @returns {Promise<string>} their SHA-256, in hexadecimal digits */
async function hashOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} url @returns {Promise<boolean>} whether it was made, or was found to be no use */
export async function isDecided(url) {
  return (await (await caches.open(CACHE)).match(url)) !== undefined;
}

/** Never use or make this snapshot again. @param {string} url */
export async function giveUp(url) {
  await (await caches.open(CACHE)).put(url, new Response());
}

/** @param {string} start of the URL @returns {Promise<string | undefined>} the URL of a copy that a start may use */
export async function used(start) {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    if (!request.url.startsWith(start)) continue;
    if ((await cache.match(request))?.headers.has(LAYOUT)) return request.url;
  }
  return undefined;
}

/** Make another at a later visit. @param {string} url of one version's, or how those of all begin */
export async function throwAway(url) {
  const cache = await caches.open(CACHE);
  for (const { url: one } of await cache.keys()) {
    if (one.startsWith(url)) await cache.delete(one);
  }
}

/**
 * Keep what Python's memory holds now, instead of any other version's.
 *
 * @param {string} url
 * @param {Pyodide} pyodide started with _makeSnapshot
 * @param {string} layout of its extension modules
 */
export async function keep(url, pyodide, layout) {
  // Pyodide notes packages in JavaScript, which would not come back.
  for (const name of Object.keys(pyodide.loadedPackages)) delete pyodide.loadedPackages[name];
  const whole = /** @type {any} */ (pyodide).makeMemorySnapshot();
  let end = whole.length;
  while (whole[end - 1] === 0) end -= 1;
  // As long as the memory it is to fill, which Pyodide makes by it.
  const bytes = new Uint8Array(Math.max(Math.ceil(end / PAGE) * PAGE, LEAST));
  bytes.set(whole.subarray(0, end));
  await throwAway(url.slice(0, url.indexOf("?")));
  const headers = { [LAYOUT]: layout, [HASH]: await hashOf(bytes) };
  await (await caches.open(CACHE)).put(url, new Response(bytes, { headers }));
}

/**
 * Load the extension modules before Python starts, when all places are still free.
 *
 * @param {any} runtime Pyodide's Emscripten module
 * @param {[string, WebAssembly.Module][]} extensions by path, always in the same order
 * @returns {string} where they lie
 */
export function preload(runtime, extensions) {
  const memory = runtime.getMemory(64);
  const places = extensions.map(([path, module]) => {
    link(runtime, path, module, memory);
    // Emscripten's struct dso: where its memory and its functions begin.
    return [path, runtime.HEAPU32[(memory + 12) >>> 2], runtime.HEAPU32[(memory + 20) >>> 2]];
  });
  const symbols = Object.entries(runtime.GOT).map(([name, { value }]) => [name, value]);
  return String(hash(JSON.stringify([places, memory, runtime.wasmTable.length, symbols])));
}

/**
 * Make a compiled extension module known, so that importing it doesn't compile it again.
 *
 * @param {any} runtime Pyodide's Emscripten module
 * @param {string} path
 * @param {WebAssembly.Module} module
 * @param {number} [memory] of Emscripten's struct dso, to be filled
 */
export function link(runtime, path, module, memory) {
  const flags = { loadAsync: false, nodelete: true, global: false };
  const exports = runtime.loadWebAssemblyModule(module, flags, path, {}, memory);
  const library = runtime.newDSO(path, undefined, "loading");
  Object.assign(library, { exports, global: false, refcount: Number.POSITIVE_INFINITY });
}

/** @param {string} text */
function hash(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum;
}
