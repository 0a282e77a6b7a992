/**
 * Starts Python in the worker: the runtime, NumPy and the package, from files next to this one.
 * Only public options of Pyodide are used; build.py makes the files (see tools/python_files.py).
 */

import { loadPyodide } from "./python/pyodide.mjs";

/** @typedef {import("./types").BootStep} BootStep */

const BASE = new URL("./python/", import.meta.url).href;
const SITE_PACKAGES = "/lib/python3.13/site-packages";
const RUNTIME = ["pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"];
const ARCHIVES = ["numpy.zip", "makemore.zip"];

/**
 * @param {(step: BootStep) => void} report called at each step and as bytes come
 * @returns the running Pyodide, with NumPy and makemore ready to import
 */
export async function bootPython(report) {
  const sizes = await fileSizes();
  const total = [...RUNTIME, ...ARCHIVES].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  let loaded = 0;
  let text = "Loading the Python runtime";
  const progress = (/** @type {number} */ bytes) => {
    loaded += bytes;
    report({ text, loaded, total });
  };
  progress(0);

  // Everything is asked for at once; the runtime's own files come while these do.
  const archives = ARCHIVES.map((name) => download(name, progress));
  const lock = fetchOk("pyodide-lock.json").then((response) => response.text());
  // A failure is reported where it is awaited, not as an unhandled rejection before.
  for (const pending of [...archives, lock]) pending.catch(() => {});

  const pyodide = await loadPyodide({
    indexURL: BASE,
    stdLibURL: `${BASE}python_stdlib.zip`,
    lockFileContents: await lock,
  });
  text = "Unpacking NumPy and makemore";
  progress(RUNTIME.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0));
  for (const archive of archives) {
    pyodide.unpackArchive(await archive, "zip", { extractDir: SITE_PACKAGES });
  }
  text = "Importing NumPy and makemore";
  progress(0);
  return pyodide;
}

/** @returns {Promise<Map<string, number>>} bytes of each file in python/, from the build's manifest */
async function fileSizes() {
  const manifest = await (await fetchOk("../build.json")).json();
  /** @type {{ path: string, bytes: number }[]} */
  const files = manifest.files;
  return new Map(
    files
      .filter(({ path }) => path.startsWith("python/"))
      .map(({ path, bytes }) => [path.slice("python/".length), bytes]),
  );
}

/**
 * @param {string} name
 * @param {(bytes: number) => void} progress
 */
async function download(name, progress) {
  const { body } = await fetchOk(name);
  if (body === null) throw new Error(`${name} came without content.`);
  const counter = new TransformStream({
    transform(chunk, controller) {
      progress(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(counter)).arrayBuffer();
}

/** @param {string} name */
async function fetchOk(name) {
  const response = await fetch(new URL(name, BASE));
  if (!response.ok) throw new Error(`${name} could not be loaded (HTTP ${response.status}).`);
  return response;
}
