/** A word under study: how each letter surprises each model, and what each expects next. */

import { decimal, h, shownName } from "../../dom.js";
import { probability } from "../../tables.js";
import { source } from "../lecture/code.js";
import { pictureCorner } from "../picture_buttons.js";
import { folded } from "./pictures.js";

/** @typedef {import("./types").StudiedWord} StudiedWord */

const LIKELIEST = 8; // letters of each model
const STRONGEST = 6; // nats: as surprising as one letter of 400

/**
 * @param {HTMLElement} element
 * @param {StudiedWord} studied
 * @param {string} kind the model that is looked into
 */
export function render(element, studied, kind) {
  const focused = document.activeElement;
  const place = focused instanceof HTMLElement ? focused.dataset.position : undefined;
  const open = element.querySelector("details")?.open ?? false;
  const { word, position, letters } = studied;
  const about = word ? `“${word}”` : "the start of a word";
  element.replaceChildren(
    h(
      "div",
      { "data-pictured": true, "data-about": about },
      pictureCorner("Surprise by letter and model"),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Surprise, scrollable" },
        surprises(studied, kind),
      ),
      h(
        "p",
        { class: "note" },
        "Nats each letter surprises each model by; choose a letter to see what was expected there.",
      ),
    ),
    h(
      "div",
      { "data-pictured": true, "data-about": `${about}, ${position} of ${letters.length}` },
      pictureCorner("The next letter"),
      h("h3", { id: "next-title" }, ...nextTitle(studied)),
      h(
        "div",
        { class: "beside nexts" },
        ...studied.models.map((model) => next(studied, model, kind)),
      ),
    ),
    code(studied, open),
  );
  if (place !== undefined) {
    /** @type {HTMLElement | null} */ (element.querySelector(`[data-position="${place}"]`))?.focus({
      preventScroll: true,
    });
  }
}

/** @param {StudiedWord} studied @param {boolean} open */
function code({ code }, open) {
  const { element } = folded("The Python that computed this", () =>
    h("div", { class: "code" }, ...code.map(source)),
  );
  element.open = open;
  return element;
}

/** @param {StudiedWord} studied @param {string} kind */
function surprises({ letters, position, models }, kind) {
  const heads = letters.map((letter, i) =>
    h(
      "th",
      { scope: "col" },
      h(
        "button",
        {
          type: "button",
          class: "letter",
          "data-position": i,
          "aria-pressed": String(i === position),
          "aria-label": i === letters.length - 1 ? "the end" : shownName(letter),
        },
        h("bdi", {}, shown(letter, i === letters.length - 1)),
      ),
    ),
  );
  const rows = models.map((model) =>
    h(
      "tr",
      { class: model.kind === kind ? "chosen" : undefined },
      h("th", { scope: "row" }, model.name),
      ...model.surprises.map((nats, i) => surprise(nats, i === position)),
      h("td", { class: "total" }, decimal(sum(model.surprises) / letters.length, 3)),
    ),
  );
  return h(
    "table",
    { class: "cells surprises", "aria-label": "Surprise by letter and model" },
    h("thead", {}, h("tr", {}, h("td"), ...heads, h("th", { scope: "col" }, "mean"))),
    h("tbody", {}, ...rows),
  );
}

/** @param {number} nats @param {boolean} chosen */
function surprise(nats, chosen) {
  const cell = h("td", { class: chosen ? "at" : undefined }, decimal(nats, 2));
  cell.style.setProperty("--heat", Math.min(1, nats / STRONGEST).toFixed(3));
  return cell;
}

/** @param {StudiedWord} studied */
function nextTitle({ letters, position }) {
  const before = letters.slice(0, position).map(shownName).join("");
  return position === 0
    ? ["What each expects first"]
    : ["What each expects after ", h("bdi", { class: "symbol" }, before)];
}

/**
 * @param {StudiedWord} studied
 * @param {StudiedWord["models"][number]} model
 * @param {string} kind
 */
function next({ symbols, letters, position }, { kind: of, name, next: likely }, kind) {
  const actual = position === letters.length - 1 ? 0 : symbols.indexOf(letters[position] ?? "", 1);
  const order = symbols.map((_, i) => i).sort((a, b) => (likely[b] ?? 0) - (likely[a] ?? 0));
  const shownOnes = order.slice(0, LIKELIEST);
  if (!shownOnes.includes(actual)) shownOnes.push(actual);
  const most = likely[order[0] ?? 0] ?? 1;
  const items = shownOnes.map((i) => {
    const bar = h("span", { class: "level", "aria-hidden": true });
    bar.style.setProperty("--share", String((likely[i] ?? 0) / most));
    return h(
      "li",
      { class: i === actual ? "actual" : undefined },
      h("bdi", { class: "symbol" }, i === 0 ? "end" : shownName(symbols[i] ?? "")),
      bar,
      h("span", {}, probability(likely[i] ?? 0)),
      ...(i === actual ? [h("span", { class: "unseen" }, " is what comes")] : []),
    );
  });
  return h(
    "section",
    { class: of === kind ? "next chosen" : "next" },
    h("h4", {}, name),
    h("ol", { class: "inside-bars", "aria-label": `Next letter by ${name}` }, ...items),
  );
}

/** @param {string} letter @param {boolean} end */
function shown(letter, end) {
  return end ? "." : shownName(letter);
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
