/**
 * The table as HTML: screen reader, copy and find work without code. Its cells are made once for
 * a list of symbols; another choice of values only changes their text and colour.
 *
 * Rows are boxes of their own, so that a new one does not lay out the others again; roles say what
 * all are, since some browsers ask the style for that. The symbols that stay in view at the left
 * are one element over the rows' own heads: as many that stick would be as many layers. Of a large
 * table only what is near is painted.
 */

import { counted, h, legend, nextFrame } from "../dom.js";
import { heatClass } from "./heat.js";

/** @typedef {import("../tables.js").Shown} Shown */

const NOTE =
  "A cell tells how its column's symbol follows its row's; “.” is the start and the end of a word.";
const KEYS = " Arrow keys move, Enter shows a row below.";
const CELLS = 250; // made or changed before the browser may draw and do other things
const FITS = 28; // columns that a laptop shows at once

/**
 * @typedef {{
 *   labels: string, shown: Shown, cells: HTMLTableCellElement[][], table: HTMLElement,
 *   heads: HTMLElement,
 * }} Made
 */
/** @type {WeakMap<HTMLElement, Made>} */
const made = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {{ labels: string[], shown: Shown, rest: number, label?: string, keys?: boolean }} data
 *   rest: how many symbols the last one sums; label: what tells it from other tables; keys: whether
 *   somebody listens to them
 */
export async function render(element, { labels, shown, rest, label = "Table", keys = true }) {
  element.style.setProperty("--columns", String(labels.length));
  const key = labels.join("\n");
  const note = noteOn(labels, rest, keys);
  const before = made.get(element) ?? adopt(element, shown);
  if (before?.labels === key) {
    before.shown = shown; // also for the rows that are still to be made
    describe(before.table, shown, note);
    await inPieces(before.cells, (row, i) => {
      if (before.shown !== shown || made.get(element) !== before) return undefined;
      return row.filter((cell, j) => fill(cell, shown.values[i]?.[j] ?? 0, shown)).length;
    });
    return;
  }
  const table = h("table", { class: "heat", role: "table" });
  const heads = h("div", { class: "heads", "aria-hidden": true });
  const kind = labels.length > FITS ? "scroll" : "scroll fits";
  const scroll = h("div", { class: kind, role: "region", "aria-label": `${label}, scrollable` });
  const grid = { labels: key, shown, cells: [], table, heads };
  made.set(element, grid);
  const body = begin(grid, labels, note, element.id);
  const near = labels.length > FITS ? observer(scroll) : undefined;
  let placed = false;
  await inPieces(
    labels,
    (label, i) => {
      // Another table may have been asked for meanwhile.
      if (made.get(element) !== grid) return undefined;
      const row = newRow(grid, label, i, labels);
      row.classList.toggle("far", near !== undefined);
      body.append(row);
      near?.observe(row);
      return labels.length;
    },
    () => {
      if (placed) return;
      placed = true;
      table.querySelector("tbody td")?.setAttribute("tabindex", "0");
      scroll.append(heads, table);
      element.replaceChildren(scroll);
    },
  );
}

/** Show the rows of a table that comes into view a few at a time: all at once would hold up the page. @param {HTMLElement} element */
export async function reveal(element) {
  const rows = made.get(element)?.cells.map(([cell]) => cell?.closest("tr")) ?? [];
  for (const row of rows) row?.classList.add("later");
  await nextFrame();
  await inPieces(rows, (row) => {
    row?.classList.remove("later");
    return row?.cells.length ?? 0;
  });
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
  const heads = /** @type {HTMLElement | null} */ (element.querySelector(".heads"));
  if (table === null || heads === null) return undefined;
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const labels = rows.map(({ cells }) => cells[0]?.textContent ?? "").join("\n");
  const cells = rows.map((row) => [...row.cells].slice(1));
  const grid = { labels, shown, cells, table, heads };
  made.set(element, grid);
  return grid;
}

/** @param {string[]} labels @param {number} rest @param {boolean} keys */
function noteOn(labels, rest, keys) {
  const note = `${NOTE}${keys ? KEYS : ""}${legend(labels)}`;
  if (rest === 0) return note;
  const symbols = counted(rest, "least frequent symbol");
  return `${note} The ${symbols} ${rest === 1 ? "is" : "are"} summed as “other”.`;
}

/** @param {HTMLElement} root whose rows are painted when they are near to be seen */
function observer(root) {
  return new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        target.classList.toggle("far", !isIntersecting);
      }
    },
    { root, rootMargin: "300px" },
  );
}

/**
 * Do something with each row, and let the browser draw whenever so many cells have changed.
 *
 * @template T
 * @param {T[]} rows
 * @param {(row: T, i: number) => number | undefined} action tells how many have; undefined to stop
 * @param {() => void} [afterPiece]
 */
async function inPieces(rows, action, afterPiece = () => {}) {
  let changed = 0;
  for (const [i, row] of rows.entries()) {
    const more = action(row, i);
    if (more === undefined) return;
    changed += more;
    const last = i + 1 === rows.length;
    if (changed < CELLS && !last) continue;
    changed = 0;
    afterPiece();
    if (!last) await nextFrame();
  }
}

/** @param {Made} grid @param {string[]} labels @param {string} note @param {string} id of its place */
function begin(grid, labels, note, id) {
  const body = h("tbody", { role: "rowgroup" });
  const heads = labels.map((label) =>
    h("th", { scope: "col", role: "columnheader" }, h("bdi", {}, label)),
  );
  const head = h("tr", { role: "row" }, h("td", { role: "cell" }), ...heads);
  // Its name is an element's text: a change of the attribute aria-label would restyle all cells.
  const name = h("strong", { id: `${id}-name`, class: "name" });
  const caption = h("caption", {}, name, " ", h("span"));
  grid.table.setAttribute("aria-labelledby", name.id);
  grid.table.append(caption, h("thead", { role: "rowgroup" }, head), body);
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
  const head = h("th", { scope: "row", role: "rowheader" }, h("bdi", {}, label));
  grid.heads.append(h("bdi", {}, label));
  return h("tr", { role: "row" }, head, ...cells);
}

/** @param {HTMLElement} table @param {Shown} shown @param {string} note */
function describe(table, { name, signed }, note) {
  table.classList.toggle("signed", signed);
  const [title, text] = table.querySelector("caption")?.children ?? [];
  if (title) title.textContent = name;
  if (text) text.textContent = note;
}

const blank = h(
  "td",
  { role: "cell" },
  h("span", { class: "pair", "aria-hidden": true }),
  h("span", { class: "value" }),
);

/** @param {string} first @param {string} second */
function newCell(first, second) {
  // A copy is made in a fraction of the time that its elements take one by one.
  const cell = /** @type {HTMLTableCellElement} */ (blank.cloneNode(true));
  /** @type {HTMLElement} */ (cell.firstElementChild).textContent = `${first}${second}`;
  return cell;
}

/** @param {HTMLTableCellElement} cell @param {number} value @param {Shown} shown @returns {boolean} whether it changed */
function fill(cell, value, { heat, text }) {
  const shownValue = /** @type {HTMLElement} */ (cell.lastElementChild);
  const [newText, newClass] = [text(value), heatClass(heat(value))];
  // What stays as it is costs the browser nothing.
  const [sameText, sameClass] = [shownValue.textContent === newText, cell.className === newClass];
  if (!sameText) shownValue.textContent = newText;
  if (!sameClass) cell.className = newClass;
  return !(sameText && sameClass);
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
  const grid = made.get(element);
  for (const [i, cells] of grid?.cells.entries() ?? []) {
    const row = cells[0]?.parentElement;
    grid?.heads.children[i]?.classList.toggle("chosen", i === chosen);
    if (i === chosen) row?.firstElementChild?.setAttribute("aria-current", "true");
    else row?.firstElementChild?.removeAttribute("aria-current");
  }
}
