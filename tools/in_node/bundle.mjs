// Makes one file of the modules, and one of the style sheets, that the page loads together.
// Usage: node bundle.mjs ROOT OUT

import { writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { rules } from "../../site/views/heat.js";

const [root = "", out = ""] = process.argv.slice(2);

/**
 * Lets style.css import the colours of the heatmap, which are computed.
 *
 * @type {import("esbuild").Plugin}
 */
const heat = {
  name: "heat",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^heat$/ }, () => ({ path: "heat", namespace: "heat" }));
    onLoad({ filter: /./, namespace: "heat" }, () => ({ contents: rules(), loader: "css" }));
  },
};

/** @param {import("esbuild").BuildOptions} options */
async function bundle(options) {
  const { outputFiles = [] } = await build({
    absWorkingDir: root,
    bundle: true,
    charset: "utf8",
    logLevel: "warning",
    // Source maps name the sources from where the files will be used, wherever they are made.
    entryNames: "[name]",
    outdir: "dist",
    plugins: [heat],
    sourcemap: "linked",
    target: "es2022",
    write: false,
    ...options,
  });
  await Promise.all(
    outputFiles.map(({ path: file, contents }) =>
      writeFile(path.join(out, path.basename(file)), contents),
    ),
  );
}

await bundle({
  format: "esm",
  entryPoints: ["site/page/main.js", "site/worker/worker.js", "site/style.css"],
});
await bundle({ format: "iife", entryPoints: ["site/early/start.js"] });
