/** How a file may be read: its encoding, its columns, its first lines. */

import { byId, h } from "../dom.js";

/** @typedef {import("../types").Inspection} Inspection */

const SHOWN_LINES = 5;
const LONGEST_CELL = 40;
/** What Python calls them, and what people do; the ones that lists are found in. */
const ENCODINGS = {
  "utf-8": "UTF-8",
  "utf-16": "UTF-16",
  "utf-16-le": "UTF-16, little-endian",
  "utf-16-be": "UTF-16, big-endian",
  cp1252: "Western (Windows-1252)",
  "iso8859-15": "Western (ISO 8859-15)",
  mac_roman: "Western (Mac)",
  cp437: "Western (DOS)",
  cp1250: "Central European (Windows-1250)",
  "iso8859-2": "Central European (ISO 8859-2)",
  cp1251: "Cyrillic (Windows-1251)",
  "koi8-r": "Cyrillic (KOI8-R)",
  cp1253: "Greek (Windows-1253)",
  cp1254: "Turkish (Windows-1254)",
  cp1255: "Hebrew (Windows-1255)",
  cp1256: "Arabic (Windows-1256)",
  cp1258: "Vietnamese (Windows-1258)",
  cp874: "Thai (Windows-874)",
  cp932: "Japanese (Shift JIS)",
  euc_jp: "Japanese (EUC-JP)",
  gb18030: "Chinese (GB 18030)",
  big5: "Chinese (Big5)",
  cp949: "Korean (EUC-KR)",
};

/** @param {string} encoding as Python calls it */
export function encodingName(encoding) {
  const plain = encoding.replace(/-sig$/, "").toLowerCase();
  return Object.entries(ENCODINGS).find(([id]) => id === plain)?.[1] ?? encoding;
}

/**
 * @param {Inspection | undefined} found undefined if the bytes are no text as it was assumed
 * @param {string} chosen the encoding that was chosen, if one was
 */
export function renderEncodings(found, chosen) {
  const detected =
    found && chosen === "" ? `as found: ${encodingName(found.encoding)}` : "as found";
  byId("encoding").replaceChildren(
    h("option", { value: "" }, detected),
    ...Object.entries(ENCODINGS).map(([value, name]) =>
      h("option", { value, selected: value === chosen }, name),
    ),
  );
}

/**
 * The choices of a table; without one they are not shown.
 *
 * @param {Inspection["table"]} table
 */
export function renderColumns(table) {
  for (const id of ["column-field", "weights-field", "header-field"]) {
    byId(id).hidden = table === undefined;
  }
  if (table === undefined) return;
  const names = table.columns.map((name, i) => cut(name) || `column ${i + 1}`);
  byId("column").replaceChildren(
    ...names.map((name, i) => h("option", { value: i, selected: i === table.column }, name)),
  );
  const numeric = names.flatMap((name, i) =>
    table.numeric[i] ? [h("option", { value: i }, `as often as ${name} says`)] : [],
  );
  byId("weights").replaceChildren(h("option", { value: "" }, "once"), ...numeric);
  byId("weights-field").hidden = numeric.length === 0;
}

/**
 * The first lines as they will be read.
 *
 * @param {Inspection | undefined} found
 * @param {boolean} asTable
 * @param {number} column
 */
export function renderPreview(found, asTable, column) {
  const preview = byId("reading-preview");
  preview.hidden = found === undefined;
  if (found === undefined) return;
  if (!asTable || found.table === undefined) {
    const lines = found.lines.slice(0, SHOWN_LINES);
    const items = lines.map((line) => h("li", {}, bdi(line)));
    preview.replaceChildren(scrollable(h("ol", { class: "first-lines" }, ...items)));
    return;
  }
  const { columns, rows } = found.table;
  const table = h(
    "table",
    { "aria-label": "First rows" },
    h("thead", {}, row("th", columns, column)),
    h("tbody", {}, ...rows.map((cells) => row("td", cells, column))),
  );
  preview.replaceChildren(scrollable(table));
}

/** @param {Node} content */
function scrollable(content) {
  const label = { tabindex: 0, role: "region", "aria-label": "First lines of the file" };
  return h("div", { class: "scroll", ...label }, content);
}

/** @param {"th" | "td"} tag @param {string[]} cells @param {number} column */
function row(tag, cells, column) {
  const scope = tag === "th" ? "col" : undefined;
  return h(
    "tr",
    {},
    ...cells.map((cell, i) =>
      h(tag, { scope, class: i === column ? "chosen" : undefined }, bdi(cell)),
    ),
  );
}

/** @param {string} text */
function bdi(text) {
  return h("bdi", {}, cut(text));
}

/** @param {string} text */
function cut(text) {
  const characters = [...text.slice(0, 3 * LONGEST_CELL)];
  return characters.length > LONGEST_CELL
    ? `${characters.slice(0, LONGEST_CELL).join("")}…`
    : characters.join("");
}
