/**
 * The table as HTML: screen reader, copy and find work without code. Its cells are made once for
 * a list of symbols; another choice of values only changes their text and colour.
 */

import { h, nextFrame } from "../dom.js";

/** @typedef {import("../tables.js").Shown} Shown */

const FRAME = 12; // ms of making rows before the browser may do other things
const HOT = 0.6; // from here on, light text is easier to read

/**
 * @typedef {{
 *   labels: string, shown: Shown, cells: HTMLTableCellElement[][], table: HTMLElement,
 * }} Made
 */
/** @type {WeakMap<HTMLElement, Made>} */
const made = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {{ labels: string[], shown: Shown, note: string }} data
 */
export async function render(element, { labels, shown, note }) {
  let grid = made.get(element);
  const key = labels.join("\n");
  if (grid?.labels !== key) {
    grid = { labels: key, shown, cells: [], table: h("table", { class: "heat" }) };
    made.set(element, grid);
    await make(element, grid, { labels, shown, note });
    return;
  }
  grid.shown = shown; // also for the rows that are still to be made
  describe(grid.table, shown, note);
  for (const [i, row] of grid.cells.entries()) {
    for (const [j, cell] of row.entries()) fill(cell, shown.values[i]?.[j] ?? 0, shown);
  }
}

/**
 * @param {HTMLElement} element
 * @param {Made} grid
 * @param {{ labels: string[], shown: Shown, note: string }} data
 */
async function make(element, grid, { labels, shown, note }) {
  const body = h("tbody");
  grid.table.append(
    h("caption"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", {}),
        ...labels.map((label) => h("th", { scope: "col" }, h("bdi", {}, label))),
      ),
    ),
    body,
  );
  describe(grid.table, shown, note);
  grid.table.style.setProperty("--columns", String(labels.length));
  let until = performance.now() + FRAME;
  let placed = false;
  for (const [i, label] of labels.entries()) {
    const cells = labels.map((other, j) => {
      const cell = newCell(label, other);
      fill(cell, grid.shown.values[i]?.[j] ?? 0, grid.shown);
      return cell;
    });
    grid.cells.push(cells);
    body.append(h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, label)), ...cells));
    if (performance.now() < until) continue;
    if (!placed) place(element, grid.table);
    placed = true;
    await nextFrame();
    if (made.get(element) !== grid) return; // another table has been asked for meanwhile
    until = performance.now() + FRAME;
  }
  if (!placed) place(element, grid.table);
}

/** @param {HTMLElement} element @param {HTMLElement} table */
function place(element, table) {
  const corner = table.querySelector("tbody td");
  if (corner instanceof HTMLElement) corner.tabIndex = 0;
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
  const strength = heat(value);
  const shownValue = /** @type {HTMLElement} */ (cell.lastElementChild);
  shownValue.textContent = text(value);
  cell.className = `${strength < 0 ? "less" : strength > 0 ? "more" : ""}${Math.abs(strength) > HOT ? " hot" : ""}`;
  cell.style.setProperty("--heat", Math.abs(strength).toFixed(3));
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
