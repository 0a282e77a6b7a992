/**
 * The table as HTML: screen reader, copy and find work without code. Its cells are made once for
 * a list of symbols; another choice of values only changes their text and colour.
 */

import { counted, h, nextFrame } from "../dom.js";
import { heatClass } from "./heat.js";

/** @typedef {import("../tables.js").Shown} Shown */

const NOTE =
  "A cell tells how its column's symbol follows its row's; “.” is the start and the end of a word. Arrow keys move, Enter shows a row below.";
const CELLS = 250; // made or changed before the browser may draw and do other things

/**
 * @typedef {{
 *   labels: string, shown: Shown, cells: HTMLTableCellElement[][], table: HTMLElement,
 * }} Made
 */
/** @type {WeakMap<HTMLElement, Made>} */
const made = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {{ labels: string[], shown: Shown, rest: number }} data rest: how many symbols the last one sums
 */
export async function render(element, { labels, shown, rest }) {
  element.style.setProperty("--columns", String(labels.length));
  const key = labels.join("\n");
  const note = noteOn(rest);
  const before = made.get(element) ?? adopt(element, shown);
  if (before?.labels === key) {
    before.shown = shown; // also for the rows that are still to be made
    describe(before.table, shown, note);
    await inPieces(before.cells, (row, i) => {
      if (before.shown !== shown || made.get(element) !== before) return false;
      for (const [j, cell] of row.entries()) fill(cell, shown.values[i]?.[j] ?? 0, shown);
      return true;
    });
    return;
  }
  const grid = { labels: key, shown, cells: [], table: h("table", { class: "heat" }) };
  made.set(element, grid);
  const body = begin(grid, labels, note);
  let placed = false;
  await inPieces(
    labels,
    (label, i) => {
      // Another table may have been asked for meanwhile.
      if (made.get(element) !== grid) return false;
      body.append(newRow(grid, label, i, labels));
      return true;
    },
    () => {
      if (!placed) place(element, grid.table);
      placed = true;
    },
  );
}

/**
 * Take over the table that came with the page, see tools/in_node/first_view.mjs.
 *
 * @param {HTMLElement} element
 * @param {Shown} shown
 * @returns {Made | undefined}
 */
function adopt(element, shown) {
  const table = element.querySelector("table");
  if (table === null) return undefined;
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const heads = rows.map(({ cells }) => cells[0]?.textContent ?? "");
  const cells = rows.map((row) => [...row.cells].slice(1));
  const grid = { labels: heads.join("\n"), shown, cells, table };
  made.set(element, grid);
  return grid;
}

/** @param {number} rest */
function noteOn(rest) {
  if (rest === 0) return NOTE;
  const symbols = counted(rest, "least frequent symbol");
  return `${NOTE} The ${symbols} ${rest === 1 ? "is" : "are"} summed as “other”.`;
}

/**
 * Do something with each row, so many at a time that the browser can draw between.
 *
 * @template T
 * @param {T[]} rows
 * @param {(row: T, i: number) => boolean} action tells whether to go on
 * @param {() => void} [afterPiece]
 */
async function inPieces(rows, action, afterPiece = () => {}) {
  const piece = Math.max(1, Math.floor(CELLS / rows.length));
  for (const [i, row] of rows.entries()) {
    if (!action(row, i)) return;
    if ((i + 1) % piece > 0 && i + 1 < rows.length) continue;
    afterPiece();
    if (i + 1 < rows.length) await nextFrame();
  }
}

/** @param {Made} grid @param {string[]} labels @param {string} note */
function begin(grid, labels, note) {
  const body = h("tbody");
  const heads = labels.map((label) => h("th", { scope: "col" }, h("bdi", {}, label)));
  grid.table.append(h("caption"), h("thead", {}, h("tr", {}, h("td", {}), ...heads)), body);
  describe(grid.table, grid.shown, note);
  return body;
}

/** @param {Made} grid @param {string} label @param {number} i @param {string[]} labels */
function newRow(grid, label, i, labels) {
  const cells = labels.map((other, j) => {
    const cell = newCell(label, other);
    fill(cell, grid.shown.values[i]?.[j] ?? 0, grid.shown);
    return cell;
  });
  grid.cells.push(cells);
  return h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, label)), ...cells);
}

/** @param {HTMLElement} element @param {HTMLElement} table */
function place(element, table) {
  table.querySelector("tbody td")?.setAttribute("tabindex", "0");
  element.replaceChildren(
    h("div", { class: "scroll", role: "region", "aria-label": "Table, scrollable" }, table),
  );
}

/** @param {HTMLElement} table @param {Shown} shown @param {string} note */
function describe(table, { name, signed }, note) {
  table.setAttribute("aria-label", name);
  table.classList.toggle("signed", signed);
  const caption = table.querySelector("caption");
  if (caption) caption.textContent = note;
}

/** @param {string} first @param {string} second */
function newCell(first, second) {
  return /** @type {HTMLTableCellElement} */ (
    h(
      "td",
      {},
      h("span", { class: "pair", "aria-hidden": true }, h("bdi", {}, `${first}${second}`)),
      h("span", { class: "value" }),
    )
  );
}

/** @param {HTMLTableCellElement} cell @param {number} value @param {Shown} shown */
function fill(cell, value, { heat, text }) {
  const shownValue = /** @type {HTMLElement} */ (cell.lastElementChild);
  const [newText, newClass] = [text(value), heatClass(heat(value))];
  // What stays as it is costs the browser nothing.
  if (shownValue.textContent !== newText) shownValue.textContent = newText;
  if (cell.className !== newClass) cell.className = newClass;
}

/**
 * @param {HTMLElement} element
 * @param {Shown} shown
 */
export function renderScale(element, { ticks, signed }) {
  element.classList.toggle("signed", signed);
  element.replaceChildren(
    h("span", { class: "unseen" }, "Colours: "),
    h("span", { class: "ramp", "aria-hidden": true }),
    ...ticks.map(({ text }) => h("span", { class: "tick" }, text, " ")),
  );
}

/** @param {HTMLElement} element @param {number} row @param {number} column */
export function cellAt(element, row, column) {
  return made.get(element)?.cells[row]?.[column];
}

/** @param {HTMLElement} element @param {HTMLTableCellElement} cell @returns {[number, number] | undefined} */
export function placeOf(element, cell) {
  const row = cell.parentElement;
  if (!(row instanceof HTMLTableRowElement)) return undefined;
  const place = /** @type {[number, number]} */ ([row.rowIndex - 1, cell.cellIndex - 1]);
  return cellAt(element, ...place) === cell ? place : undefined;
}

/** Mark the row that is looked at. @param {HTMLElement} element @param {number} chosen */
export function markRow(element, chosen) {
  for (const [i, cells] of made.get(element)?.cells.entries() ?? []) {
    const row = cells[0]?.parentElement;
    row?.classList.toggle("chosen", i === chosen);
    if (i === chosen) row?.firstElementChild?.setAttribute("aria-current", "true");
    else row?.firstElementChild?.removeAttribute("aria-current");
  }
}
