// Runs one Python file inside Pyodide in Node, so that what the page gets is compiled, computed and
// tested by the page's own Python. Usage: node run.mjs '<job as JSON>', see Job.

import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/**
 * @typedef {object} Job
 * @property {string} pyodide - folder of the official runtime
 * @property {string} libraries - folder with python_stdlib.zip and pyodide-lock.json
 * @property {string} script - name of a module beside this file with `main(arguments: dict) -> int`
 * @property {Record<string, unknown>} arguments - what main gets
 * @property {Record<string, string>} mounts - folder in Pyodide: folder on this machine
 * @property {string[]} packages - zip files and wheels to unpack into site-packages
 */

const SCRIPTS = "/build_scripts";
const SITE_PACKAGES = "/lib/python3.13/site-packages";

/** @param {Job} job */
async function run(job) {
  const folder = path.resolve(job.pyodide) + path.sep;
  const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
  const python = await loadPyodide({
    indexURL: folder,
    stdLibURL: path.resolve(job.libraries, "python_stdlib.zip"),
    lockFileContents: await readFile(path.join(job.libraries, "pyodide-lock.json"), "utf8"),
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  });
  for (const [inside, outside] of Object.entries(job.mounts)) {
    python.FS.mkdirTree(inside);
    python.mountNodeFS(inside, path.resolve(outside));
  }
  for (const file of job.packages) {
    const bytes = new Uint8Array(await readFile(file)); // Pyodide doesn't take Node's Buffer
    python.unpackArchive(bytes, "zip", { extractDir: SITE_PACKAGES });
  }
  // Unless the standard library is the official one.
  if (job.libraries !== job.pyodide) python.pyimport("sitecustomize").add_packs();
  python.FS.mkdirTree(SCRIPTS);
  python.mountNodeFS(SCRIPTS, import.meta.dirname);
  python.pyimport("sys").path.insert(0, SCRIPTS);
  return python.pyimport(job.script).main(python.toPy(job.arguments));
}

try {
  process.exitCode = await run(JSON.parse(process.argv[2] ?? ""));
} catch (error) {
  // Left to itself Node prints the line that threw, which in Pyodide is the whole runtime.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
