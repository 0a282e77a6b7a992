/** What the models learned: the table, one of its cells, one of its rows, and where they differ. */

import { byId, h, shown } from "../dom.js";
import * as settings from "../settings.js";
import { tableOf } from "../tables.js";
import * as differencesView from "../views/differences.js";
import * as heatmapView from "../views/heatmap.js";
import * as readoutView from "../views/readout.js";
import * as rowView from "../views/row.js";
import { saveCounts } from "./counts.js";
import * as files from "./files.js";
import { attempt, engine, say, state } from "./page.js";

/** @typedef {import("../types").Table} Table */
/** @typedef {import("../types").Tables} Tables */
/** @typedef {import("../tables.js").Choice} Choice */

const LIMITS = [20, 40, 60, 80, 100, 150, 200, 300]; // of 300, a browser holds 90,000 cells
const DEFAULT_LIMIT = 60;

const heatmap = byId("heatmap");
const rowElements = { list: byId("row"), title: byId("row-title") };
const limit = /** @type {HTMLSelectElement} */ (settings.control("table-limit"));

/** What is shown, and where in it a person is. */
const view = {
  /** @type {Tables | undefined} */
  tables: undefined,
  /** @type {string[]} */
  labels: [],
  cell: /** @type {[number, number]} */ ([0, 0]),
  row: 0,
  /** The last update that was asked for: an older answer must not replace a newer one. */
  asked: 0,
};

export function listen() {
  for (const name of ["table-of", "table-by"]) {
    byId(name).addEventListener("change", () => attempt(draw));
  }
  byId("row-order").addEventListener("change", drawRow);
  limit.addEventListener("change", () => attempt(update));
  byId("table-copy").addEventListener("click", () => attempt(copy));
  byId("table-csv").addEventListener("click", () => attempt(saveCsv));
  byId("all-counts").addEventListener("click", () => attempt(() => saveCounts("bigram")));
  heatmap.addEventListener("pointerover", (event) => onCell(event, look));
  heatmap.addEventListener("focusin", (event) => onCell(event, look));
  heatmap.addEventListener("click", (event) => onCell(event, choose));
  heatmap.addEventListener("keydown", onKey);
}

/** The table is about to come into view. */
export function reveal() {
  return heatmapView.reveal(heatmap);
}

/**
 * Show a list's counts; its probabilities come with `update`.
 *
 * @param {Table} table
 * @param {number} symbols how many the list has
 */
export async function show(table, symbols) {
  view.asked += 1;
  view.cell = [0, 0];
  view.row = 0;
  offerLimits(symbols);
  check("table-of", "counts");
  check("table-by", "count");
  await use({ ...table, differences: [] });
}

/** Fetch what the models know now. */
export async function update() {
  view.asked += 1;
  const { asked } = view;
  /** @type {Tables} */
  const tables = await engine.call("tables", { limit: Number(limit.value) || DEFAULT_LIMIT });
  if (asked === view.asked) await use(tables);
}

/** @param {Tables} tables */
async function use(tables) {
  view.tables = tables;
  view.labels = tables.symbols.map((symbol, i) => shown(symbol, i === 0));
  if (tables.rest > 0) view.labels.push("other");
  view.cell = /** @type {[number, number]} */ (
    view.cell.map((i) => Math.min(i, view.labels.length - 1))
  );
  view.row = Math.min(view.row, view.labels.length - 1);
  enable("table-of", "net", tables.gradient != null);
  enable("table-of", "difference", tables.gradient != null);
  for (const by of ["probability", "log"]) enable("table-by", by, tables.counting !== undefined);
  for (const id of ["table-copy", "table-csv"]) {
    /** @type {HTMLButtonElement} */ (byId(id)).disabled = false;
  }
  /** @type {HTMLButtonElement} */ (byId("all-counts")).disabled = !state.ready;
  drawRow();
  drawReadout();
  differencesView.render(byId("differences"), tables);
  await draw();
}

function current() {
  const { tables, labels } = view;
  if (tables === undefined) throw new Error("There is no table yet. Choose a word list first.");
  const choice = /** @type {Choice} */ ({ of: checked("table-of"), by: checked("table-by") });
  return { tables, labels, shown: tableOf(tables, choice) };
}

async function draw() {
  const { tables, labels, shown } = current();
  heatmapView.renderScale(byId("scale"), shown);
  await heatmapView.render(heatmap, { labels, shown, rest: tables.rest });
  heatmapView.markRow(heatmap, view.row);
}

function drawReadout() {
  if (view.tables === undefined) return;
  const [row, column] = view.cell;
  readoutView.render(byId("readout"), { tables: view.tables, labels: view.labels, row, column });
}

function drawRow() {
  const { tables, labels, row } = view;
  rowView.render(rowElements, {
    labels,
    row,
    sorted: checked("row-order") === "sorted",
    counting: tables?.counting?.[row],
    gradient: tables?.gradient?.[row],
  });
}

/** @param {Event} event @param {(row: number, column: number) => void} action */
function onCell(event, action) {
  const cell = event.target instanceof Element ? event.target.closest("td") : null;
  const place = cell && heatmapView.placeOf(heatmap, /** @type {HTMLTableCellElement} */ (cell));
  if (place) action(...place);
}

/** @param {number} row @param {number} column */
function look(row, column) {
  view.cell = [row, column];
  drawReadout();
}

/** @param {number} row @param {number} column */
function choose(row, column) {
  focusCell(row, column);
  view.row = row;
  heatmapView.markRow(heatmap, row);
  drawRow();
}

/** @param {number} row @param {number} column */
function focusCell(row, column) {
  const cell = heatmapView.cellAt(heatmap, row, column);
  if (cell === undefined) return;
  // One cell at a time can be reached with the Tab key; the arrow keys go on from there.
  for (const before of heatmap.querySelectorAll("td[tabindex]")) {
    before.removeAttribute("tabindex");
    before.removeAttribute("aria-describedby");
  }
  cell.tabIndex = 0;
  cell.setAttribute("aria-describedby", "readout");
  cell.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.altKey || event.metaKey) return;
  onCell(event, (row, column) => {
    const last = view.labels.length - 1;
    /** @type {Record<string, [number, number]>} */
    const places = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? last : row, last],
    };
    const place = places[event.key];
    if (place) focusCell(...place);
    else if (event.key === "Enter" || event.key === " ") choose(row, column);
    else return;
    event.preventDefault();
  });
}

/** Offer how many symbols to show, if there are more than fit. @param {number} symbols */
function offerLimits(symbols) {
  const wanted = Math.min(Number(limit.value) || DEFAULT_LIMIT, DEFAULT_LIMIT);
  const fewer = LIMITS.filter((value) => value < symbols);
  byId("table-limit-box").hidden = symbols <= DEFAULT_LIMIT;
  limit.replaceChildren(...fewer.map((value) => h("option", { value }, String(value))));
  if (symbols <= (LIMITS.at(-1) ?? 0)) {
    limit.append(h("option", { value: symbols }, `all ${symbols}`));
  }
  limit.value = String(symbols <= DEFAULT_LIMIT ? symbols : wanted);
}

async function copy() {
  const { labels, shown } = current();
  await files.copy(files.tableText(labels, shown.values, "\t"));
  say(`${shown.name}: the table is in the clipboard.`);
}

async function saveCsv() {
  const { labels, shown } = current();
  const text = files.tableText(labels, shown.values, ",");
  files.save("makemore-table.csv", new Blob([text], { type: "text/csv" }));
  say(`${shown.name}: saved as makemore-table.csv.`);
}

/** @param {string} name of radios */
function checked(name) {
  const radio = document.querySelector(`input[name="${name}"]:checked`);
  return radio instanceof HTMLInputElement ? radio.value : "";
}

/** @param {string} name @param {string} value */
function radio(name, value) {
  return /** @type {HTMLInputElement} */ (
    document.querySelector(`input[name="${name}"][value="${value}"]`)
  );
}

/** @param {string} name @param {string} value */
function check(name, value) {
  radio(name, value).checked = true;
}

/** @param {string} name @param {string} value @param {boolean} possible */
function enable(name, value, possible) {
  const input = radio(name, value);
  input.disabled = !possible;
  // A choice that is not possible any more gives way to the first one, which always is.
  const first = document.querySelector(`input[name="${name}"]`);
  if (!possible && input.checked && first instanceof HTMLInputElement) first.checked = true;
}
