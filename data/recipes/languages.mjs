/**
 * Makes data/languages.txt: English names of the world's languages, past and present.
 *
 * Run by hand:
 *
 *     npm install --no-save cldr-localenames-full@48.2.0
 *     node data/recipes/languages.mjs
 *
 * Plain languages only: CLDR's codes for dialects ("en-GB"), its alternative names ("az-alt-short")
 * and its codes that are no language ("Unknown language") are left out.
 */

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const cldr = createRequire(import.meta.url)("cldr-localenames-full/main/en/languages.json");

const NO_LANGUAGE = new Set(["mis", "mul", "und", "zxx"]);

const names = Object.entries(cldr.main.en.localeDisplayNames.languages)
  .filter(([code]) => /^[a-z]{2,3}$/.test(code) && !NO_LANGUAGE.has(code))
  .map(([, name]) => name.normalize("NFC"))
  .sort((a, b) => a.localeCompare(b, "en"));
const languages = [...new Set(names)];
const bad = languages.find((name) => name === "" || name !== name.trim() || /[\r\n]/.test(name));
if (bad !== undefined) {
  throw new Error(`${JSON.stringify(bad)} is not one clean word`);
}
writeFileSync(new URL("../languages.txt", import.meta.url), `${languages.join("\n")}\n`);
console.log(`languages.txt: ${languages.length} lines`);
