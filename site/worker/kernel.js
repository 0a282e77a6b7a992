/**
 * Brings the compiled kernel to Python when the first net is chosen: few visits need it, so it is no
 * part of the start. It must not be imported before a copy of the memory is made, see snapshot.js.
 */

import { addFiles, SITE_PACKAGES } from "./boot.js";
import { Downloads } from "./downloads.js";
import { loadLater } from "./later.js";

const KERNEL = new URL("./python/kernel.wasm", import.meta.url).href;
const FILE = `${SITE_PACKAGES}/makemore_kernel.cpython-313-wasm32-emscripten.so`;

/** @typedef {import("../types").KernelStatus} KernelStatus */
/** @typedef {import("../python/pyodide.mjs").PyodideInterface} Pyodide */

/** @type {Promise<KernelStatus> | undefined} */
let loading;

/**
 * Let the kernel do the work of nets from now on; where it can't be had NumPy goes on doing it.
 *
 * @param {Pyodide} pyodide
 * @returns {Promise<KernelStatus>} which of the two works, and why
 */
export function loadKernel(pyodide) {
  loading ??= load(pyodide).then((status) => {
    if (!status.compiled) loading = undefined; // the next net may have more luck
    return status;
  });
  return loading;
}

/** @param {Pyodide} pyodide @returns {Promise<KernelStatus>} */
async function load(pyodide) {
  try {
    const later = loadLater(pyodide); // which has what uses it
    const [bytes] = await Promise.all([new Downloads({ counting: false }).bytes(KERNEL), later]);
    // Emscripten would never try a path again at which it has once found no module.
    if (!WebAssembly.validate(bytes)) {
      throw new Error("kernel.wasm is broken, or this browser has no SIMD.");
    }
    addFiles(pyodide, new Map([[FILE, bytes]]));
    return use(pyodide);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { compiled: false, why: `NumPy does the work: ${why}` };
  }
}

/** @param {Pyodide} pyodide @returns {KernelStatus} */
function use(pyodide) {
  const kernel = pyodide.pyimport("makemore.nn.kernel");
  const status = kernel.load();
  try {
    return { compiled: status.compiled, why: status.why };
  } finally {
    status.destroy();
    kernel.destroy();
  }
}
