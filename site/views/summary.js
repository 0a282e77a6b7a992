/** The facts of a list: how many words, the shortest, the longest, the first, the alphabet. */

import { counted, h, legend, shown, shownName, whole } from "../dom.js";
import { encodingName } from "./reading.js";

/** @typedef {import("../types").Summary} Summary */

const LONGEST_SHOWN = 40;
const CHANGES = /** @type {const} */ ([
  ["blank", "blank line dropped", "blank lines dropped"],
  ["trimmed", "line with outer spaces trimmed", "lines with outer spaces trimmed"],
  ["normalized", "line brought to Unicode NFC", "lines brought to Unicode NFC"],
  ["lowercased", "line lower-cased", "lines lower-cased"],
  ["invisible", "line with nothing visible dropped", "lines with nothing visible dropped"],
  ["weightless", "row that counts 0 times dropped", "rows that count 0 times dropped"],
]);
const ALPHABET_SHOWN = 200;
const PAIRS_SHOWN = 10;

/**
 * @param {HTMLElement} element
 * @param {{ summary: Summary, note?: string }} data
 */
export function render(element, { summary, note = "" }) {
  element.replaceChildren(
    h("h3", {}, h("bdi", {}, summary.name)),
    facts(summary),
    h("h4", {}, "First words"),
    h(
      "ol",
      { class: "first", "aria-label": "First words" },
      ...summary.first.map((word) => h("li", {}, h("bdi", {}, cut(word)))),
    ),
    h("h4", {}, "Alphabet, and “.” for a word’s start and end"),
    alphabet(summary),
    h("p", { class: "note" }, legend(summary.symbols.slice(1).map((symbol) => shown(symbol)))),
    h("h4", {}, "Most frequent pairs"),
    pairs(summary.frequent.slice(0, PAIRS_SHOWN)),
    ...report(summary),
    h("p", { class: "note" }, note),
  );
}

/** One line of facts. @param {HTMLElement} element @param {Summary} summary */
export function renderFacts(
  element,
  { name, count, symbol_count, shortest_length, longest_length },
) {
  element.replaceChildren(
    h("bdi", {}, name),
    `: ${counted(count, "word")} of ${shortest_length} to ${counted(longest_length, "letter")}, ${counted(symbol_count - 1, "different letter")}.`,
  );
}

/**
 * @param {{ choice: HTMLButtonElement, undo: HTMLElement }} elements
 * @param {{ usable: boolean, before: string | null | undefined }} data
 */
export function renderActions({ choice, undo }, { usable, before }) {
  choice.disabled = !usable;
  undo.hidden = before == null;
  undo.replaceChildren("Back to ", h("bdi", {}, `“${before ?? ""}”`));
}

/** @param {Summary} summary */
function facts(summary) {
  const row = (
    /** @type {string} */ name,
    /** @type {string} */ value,
    /** @type {string} */ by = "",
  ) =>
    h(
      "div",
      {},
      h("dt", {}, name),
      h("dd", {}, h("bdi", {}, value), " ", by && h("small", {}, h("bdi", {}, by))),
    );
  const length = (/** @type {number} */ n) => counted(n, "letter");
  return h(
    "dl",
    { class: "facts" },
    row("Words", whole(summary.count)),
    row("Distinct", `${summary.exact ? "" : "about "}${whole(summary.distinct)}`),
    row("Bigrams", whole(summary.bigrams)),
    row("Symbols", whole(summary.symbol_count)),
    row("Shortest", cut(summary.shortest), length(summary.shortest_length)),
    row("Longest", cut(summary.longest), length(summary.longest_length)),
  );
}

/** @param {Summary} summary */
function alphabet({ symbols, symbol_count }) {
  const some = symbols.slice(0, ALPHABET_SHOWN);
  const items = some.map((symbol, i) =>
    h("li", { class: i === 0 ? "boundary" : undefined }, h("bdi", {}, shown(symbol, i === 0))),
  );
  const more = symbol_count - some.length;
  if (more > 0) items.push(h("li", { class: "more" }, `and ${whole(more)} more`));
  return h("ul", { class: "alphabet", "aria-label": "Alphabet", tabindex: 0 }, ...items);
}

/** @param {Summary["frequent"]} frequent */
function pairs(frequent) {
  const most = frequent[0]?.[2] ?? 1;
  const items = frequent.map(([first, second, count]) => {
    const pair = h("bdi", { class: "symbol" }, `${shownName(first)}${shownName(second)}`);
    // Not an element with a width of its own: styles of elements don't come with the page.
    const bar = h("progress", { max: most, value: count, "aria-hidden": true });
    return h("li", {}, pair, bar, " ", h("span", {}, whole(count)));
  });
  return h("ol", { class: "pairs", "aria-label": "Most frequent pairs" }, ...items);
}

/** @param {Summary} summary */
function report({ report, exact, false_positive_rate, case: folded }) {
  const lines = CHANGES.filter(([kind]) => report[kind].count > 0).map(([kind, one, many]) => {
    const { count, lines } = report[kind];
    const where =
      lines.length < count ? `first at lines ${lines.join(", ")}` : `at line ${lines.join(", ")}`;
    return h("li", {}, `${counted(count, one, many)}, ${where}`);
  });
  if (report.header) lines.unshift(h("li", {}, "Line 1 taken as a header, not as words"));
  if (folded) lines.unshift(h("li", {}, `${folded} “Reading options” can leave them as they are.`));
  if (report.guessed) {
    const encoding = encodingName(report.encoding);
    lines.unshift(h("li", {}, `No UTF-8, so the encoding is a guess: ${encoding}`));
  }
  if (!exact) {
    const wrong = `${(100 * false_positive_rate).toPrecision(2)} %`;
    const text = `Too many different words to keep them all: about ${wrong} of the new words that are made will be said to be in the list`;
    lines.push(h("li", {}, text));
  }
  if (lines.length === 0) return [];
  return [
    h("h4", {}, "While reading"),
    h("ul", { class: "report", "aria-label": "While reading" }, ...lines),
  ];
}

/** @param {string} word */
function cut(word) {
  const letters = [...word];
  return letters.length > LONGEST_SHOWN ? `${letters.slice(0, LONGEST_SHOWN).join("")}…` : word;
}
