// Puts what the page shows of its first list before Python is ready into the HTML, with the page's
// own views: it is there with the first paint, and they change nothing of it when they come.
// Usage: node first_view.mjs HTML LISTS PREVIEW OUT

import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { parseHTML } from "linkedom";

const [html = "", lists = "", preview = "", out = ""] = process.argv.slice(2);
const { document } = parseHTML(await readFile(html, "utf8"));
// All that the views need of a browser.
Object.assign(globalThis, { document, requestAnimationFrame: setImmediate });

const { render } = await import("../../site/views/first.js");
await render(
  JSON.parse(await readFile(lists, "utf8")).lists,
  JSON.parse(await readFile(preview, "utf8")),
);
// See site/early/first_frames.js.
for (const row of document.querySelectorAll("#heatmap tbody tr")) row.classList.add("later");
// The page's security policy takes styles from its style sheet and its scripts only.
for (const element of document.querySelectorAll("[style]")) element.removeAttribute("style");
await writeFile(out, document.toString());
