/** All models side by side, each with what it has reached on the list in use. */

import { decimal, h, whole } from "../dom.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").ModelInfo} ModelInfo */

const HEADS = ["Model", "State", "Parameters", "Time", "Training loss", "Held-out loss"];
const NOT_ONE = new Set(["auto", "mix"]); // which choose among the others

/**
 * @param {HTMLElement} element
 * @param {{ models: ModelInfo[], cards: Map<string, Card> }} data
 */
export function render(element, { models, cards }) {
  const rows = models.filter(({ kind }) => !NOT_ONE.has(kind) || cards.has(kind));
  element.replaceChildren(
    h(
      "table",
      { "aria-label": "Ladder" },
      h("thead", {}, h("tr", {}, ...HEADS.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows.map((model) => row(model, cards.get(model.kind)))),
    ),
  );
}

/** @param {ModelInfo} model @param {Card | undefined} card */
function row({ label }, card) {
  const name = h("th", { scope: "row" }, card?.name ?? label);
  if (card === undefined) {
    return h("tr", {}, name, ...["not trained", "", "", "", ""].map((text) => h("td", {}, text)));
  }
  const { step, parameters, seconds, train, held_out } = card;
  const cells = [
    step === undefined ? "counted" : `after ${whole(step)} steps`,
    parameters > 0 ? whole(parameters) : "",
    `${seconds.toFixed(1)} s`,
    train == null ? "" : decimal(train),
    held_out == null ? "" : decimal(held_out),
  ];
  return h("tr", {}, name, ...cells.map((text) => h("td", {}, text)));
}
