/** Compare's table: always a row for each model, and the mix when it is there. */

import { decimal, h, whole } from "../dom.js";
import { MODELS } from "../registry.js";

/** @typedef {import("../types").CompareRow} CompareRow */
/** @typedef {import("../types").Compared} Compared */
/** @typedef {import("../types").Figure} Figure */
/** @typedef {{ name: string, title: string, value?: (row: CompareRow) => Figure }} Column */

/** The models in the order of their ideas: kind and name. */
export const EIGHT = MODELS.filter(({ compared }) => compared).map(({ kind, label }) => [
  kind,
  label,
]);

/** @type {Column[]} */
const COLUMNS = [
  { name: "Model", title: "In the order of their ideas" },
  { name: "Parameters", title: "Numbers that it has learned", value: (row) => row.parameters },
  { name: "Time", title: "Of training, in seconds", value: (row) => timeOf(row) },
  {
    name: "Train",
    title: "Loss on what it was trained on, nats per symbol",
    value: (row) => row.train,
  },
  {
    name: "Held out",
    title: "Loss on words that were kept away, nats per symbol",
    value: (row) => row.held_out,
  },
  {
    name: "Test",
    title: "Loss on words that chose nothing, nats per symbol",
    value: (row) => row.test,
  },
  {
    name: "New",
    title: "Share of the drawn words that the list does not have",
    value: (row) => row.new,
  },
  {
    name: "Repeats",
    title: "Share of the drawn words that came before",
    value: (row) => row.repeats,
  },
  {
    name: "Usable",
    title: "Share that is new, of 4 to 8 letters, with a vowel and no four consonants in a row",
    value: (row) => row.usable,
  },
  { name: "Five words", title: "From the same seed" },
];

/** @typedef {{ column: string, down: boolean }} Order */

/**
 * @param {HTMLTableElement} table
 * @param {{ rows: CompareRow[], uniform: number | null, order: Order }} data
 */
export function render(table, { rows, uniform, order }) {
  table.setAttribute("role", "table"); // which cards on a small screen would take away
  const heads = h("tr", { role: "row" }, ...COLUMNS.map((column) => head(column, order)), last());
  const bigram = rows.find(({ kind }) => kind === "bigram");
  const fresh = sorted(rows, order).map((row) => body(row, { uniform, bigram }));
  const old = [...table.querySelectorAll("tr")];
  if (old.length === fresh.length + 1 && old.every((row, i) => sameRow(row, fresh[i - 1]))) {
    // Rows that are as they were stay: a click or the focus is not lost while others change.
    for (const [i, row] of [heads, ...fresh].entries())
      update(/** @type {Element} */ (old[i]), row);
    return;
  }
  const focused = document.activeElement?.getAttribute("data-focus");
  table.replaceChildren(
    h("caption", { class: "unseen" }, "All models, trained and measured on the same words"),
    h("thead", { role: "rowgroup" }, heads),
    h("tbody", { role: "rowgroup" }, ...fresh),
  );
  focusOn(table, focused);
}

/** @param {Element} row @param {Element | undefined} other */
function sameRow(row, other) {
  return other === undefined || row.getAttribute("data-kind") === other.getAttribute("data-kind");
}

/** @param {Element} old @param {Element} fresh */
function update(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const focused = document.activeElement?.getAttribute("data-focus");
  old.replaceWith(fresh);
  focusOn(fresh, focused);
}

/** @param {Element} place @param {string | null | undefined} name */
function focusOn(place, name) {
  const again = name && place.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  if (again instanceof HTMLElement) again.focus();
}

function last() {
  return h(
    "th",
    { role: "columnheader", scope: "col", "data-not-in-picture": true },
    h("span", { class: "unseen" }, "Use"),
  );
}

/** @param {Column} column @param {Order} order */
function head({ name, title, value }, order) {
  const here = order.column === name;
  const sort = here ? (order.down ? "descending" : "ascending") : undefined;
  const sortable = value !== undefined || name === "Model";
  const attributes = { role: "columnheader", scope: "col", "aria-sort": sort, title };
  if (!sortable) return h("th", attributes, name);
  return h(
    "th",
    attributes,
    h("button", { type: "button", "data-sort": name, "data-focus": `sort-${name}` }, name),
  );
}

/** @param {CompareRow[]} rows @param {Order} order */
export function sorted(rows, { column, down }) {
  const value = COLUMNS.find(({ name }) => name === column)?.value;
  const sign = down ? -1 : 1;
  if (value === undefined) return down ? rows.toReversed() : rows;
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    // What is not known stands last, either way.
    if (x == null || y == null) return Number(x == null) - Number(y == null);
    return sign * (x - y);
  });
}

/** @param {CompareRow} row @param {{ uniform: number | null, bigram: CompareRow | undefined }} data */
function body(row, { uniform, bigram }) {
  const [, parameters, time, train, heldOut, test, fresh, repeats, useful] = COLUMNS;
  return h(
    "tr",
    { role: "row", "data-kind": row.kind, "data-state": row.state },
    h(
      "th",
      { role: "rowheader", scope: "row" },
      h("span", { class: "ladder-name" }, row.name || row.label),
      h("small", { class: "ladder-state" }, stateOf(row)),
      ...(row.own ? [h("small", { class: "ladder-state" }, `as set in Make: ${row.own}`)] : []),
    ),
    cell(parameters, row.parameters == null ? "" : whole(row.parameters)),
    cell(time, timeOf(row) == null ? "" : seconds(row.seconds)),
    barred(train, row.train, { uniform, bigram: bigram?.train }),
    barred(heldOut, row.held_out, { uniform, bigram: bigram?.held_out }),
    cell(test, loss(row.test)),
    cell(fresh, percent(row.new)),
    cell(repeats, percent(row.repeats)),
    cell(useful, percent(row.usable)),
    h(
      "td",
      { role: "cell", class: "ladder-words", "data-label": "Five words" },
      ...row.words.flatMap((word) => [h("bdi", {}, word), " "]),
    ),
    h(
      "td",
      { role: "cell", class: "ladder-use", "data-not-in-picture": true },
      h(
        "button",
        {
          ...{
            type: "button",
            class: "quiet",
            "data-use": row.kind,
            "data-focus": `use-${row.kind}`,
          },
          disabled: row.state !== "done",
          "aria-label": `Use ${row.label} in Make`,
        },
        "Use",
      ),
    ),
  );
}

/** @param {Column | undefined} column @param {string} text @param {...Node} more */
function cell(column, text, ...more) {
  return h("td", { role: "cell", "data-label": column?.name }, h("span", {}, text || "–"), ...more);
}

/** @typedef {{ uniform: number | null, bigram: number | null | undefined }} Lines */

/** @param {Column | undefined} column @param {Figure} value @param {Lines} lines */
function barred(column, value, lines) {
  const place = cell(column, loss(value), bar(value, lines));
  if (value != null) {
    place.title = `${decimal(bits(value))} bits per symbol, perplexity ${decimal(Math.exp(value), 2)}`;
  }
  return place;
}

/** A loss as a bar, between 0 and guessing evenly, with a mark where the bigram is. @param {Figure} value @param {Lines} lines */
function bar(value, { uniform, bigram }) {
  const place = h("span", { class: "ladder-bar", "aria-hidden": "true" });
  if (value == null || !uniform || !Number.isFinite(value)) return place;
  const share = (/** @type {number} */ loss) =>
    `${(100 * Math.min(1, loss / uniform)).toFixed(1)}%`;
  const filled = h("span", { class: "filled" });
  filled.style.width = share(value);
  place.append(filled);
  if (bigram != null && Number.isFinite(bigram)) {
    const mark = h("span", { class: "mark" });
    mark.style.insetInlineStart = share(bigram);
    place.append(mark);
  }
  return place;
}

/** @param {CompareRow} row */
function stateOf({ state, step, steps, message, net }) {
  const where = net && steps > 1 ? ` at step ${whole(step)} of ${whole(steps)}` : "";
  if (state === "training") return step >= steps && steps > 0 ? "measuring" : `training${where}`;
  if (state === "stopped") return `stopped${where}`;
  if (state === "failed") return message;
  if (state === "done") return net && steps > 1 ? `done, ${whole(steps)} steps` : "done";
  return "not yet";
}

/** @param {CompareRow} row */
function timeOf(row) {
  return row.state === "waiting" || row.state === "failed" ? null : row.seconds;
}

/** @param {Figure} value */
function loss(value) {
  return value == null ? "" : decimal(value);
}

/** @param {number} nats */
function bits(nats) {
  return nats / Math.LN2;
}

/** @param {Figure} share */
function percent(share) {
  return share == null ? "" : `${(100 * share).toFixed(0)} %`;
}

/** @param {number} time */
function seconds(time) {
  if (time < 0.1) return `${(1000 * time).toFixed(0)} ms`;
  return time < 10 ? `${time.toFixed(1)} s` : `${whole(Math.round(time))} s`;
}

/** The table as rows of text, for files: numbers in full. @param {CompareRow[]} rows @returns {string[][]} */
export function texts(rows) {
  const number = (/** @type {Figure} */ value) => (value == null ? "" : String(value));
  return [
    [
      "Model",
      "State",
      "Parameters",
      "Seconds",
      "Train",
      "Held out",
      "Held out, bits",
      "Held out, perplexity",
      "Test",
      "New",
      "Repeats",
      "Usable",
      "Five words",
      "Set in Make",
    ],
    ...rows.map((row) => [
      ...[row.name || row.label, stateOf(row), number(row.parameters), number(timeOf(row))],
      ...[row.train, row.held_out].map(number),
      ...(row.held_out == null
        ? ["", ""]
        : [bits(row.held_out), Math.exp(row.held_out)].map(String)),
      ...[row.test, row.new, row.repeats, row.usable].map(number),
      row.words.join(" "),
      row.own,
    ]),
  ];
}
