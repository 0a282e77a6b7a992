// Writes a gzip and a brotli copy of files, for hosts that serve such copies.
// Usage: node compress.mjs '[["file", "copy without .br and .gz"], ...]'

import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { promisify } from "node:util";
import zlib from "node:zlib";

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/**
 * @param {string} file
 * @param {string} copy
 */
async function compress(file, copy) {
  const data = await readFile(file);
  const params = {
    [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  const [br, gz] = await Promise.all([brotli(data, { params }), gzip(data, { level: 9 })]);
  await writeFile(`${copy}.br`, br);
  await writeFile(`${copy}.gz`, gz);
}

/** @type {[string, string][]} */
const jobs = JSON.parse(process.argv[2] ?? "");
await Promise.all(jobs.map(([file, copy]) => compress(file, copy)));
