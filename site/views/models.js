/** The models to choose from, and the fields of the chosen one's settings. */

import { decimal, h } from "../dom.js";

/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").ModelInfo} ModelInfo */
/** @typedef {import("../types").ModelSetting} ModelSetting */

/**
 * @param {HTMLElement} group
 * @param {{ models: ModelInfo[], kind: string }} data the one that is chosen
 */
export function render(group, { models, kind }) {
  group.replaceChildren(
    ...models.map((model) =>
      h(
        "label",
        { class: "model" },
        h("input", {
          ...{ type: "radio", name: "model", value: model.kind, checked: model.kind === kind },
          "aria-labelledby": `name-${model.kind}`,
          "aria-describedby": `idea-${model.kind}`,
        }),
        h("span", { class: "name", id: `name-${model.kind}` }, model.label),
        h("span", { class: "figure", "data-figure": model.kind }),
        h("small", { id: `idea-${model.kind}` }, model.idea),
      ),
    ),
  );
}

/**
 * What each model has reached, beside its name.
 *
 * @param {HTMLElement} group
 * @param {Map<string, Card>} cards
 */
export function renderFigures(group, cards) {
  for (const place of group.querySelectorAll("[data-figure]")) {
    const card = cards.get(/** @type {HTMLElement} */ (place).dataset.figure ?? "");
    const loss = card && (card.held_out ?? lossOf(card));
    place.textContent = loss == null ? "" : `${decimal(loss, 2)}${took(card?.seconds)}`;
  }
}

/** What is told as training loss: that of the notebook has the regularization in it. @param {Card} card */
export function lossOf({ facts, train, batch }) {
  return facts?.loss ?? train ?? facts?.mean_nll ?? batch;
}

/** @param {number | undefined} seconds */
function took(seconds) {
  return seconds === undefined || seconds < 0.1 ? "" : ` · ${seconds.toFixed(1)} s`;
}

/**
 * @param {HTMLElement} element
 * @param {{ settings: ModelSetting[], typed: Record<string, string>, card?: Card }} data
 */
export function renderFields(element, { settings, typed, card }) {
  element.replaceChildren(
    ...settings.map((setting) => field(setting, typed[setting.name], card)),
    ...(settings.length === 0 ? [h("p", { class: "note" }, "There is nothing to set.")] : []),
  );
}

/** @param {ModelSetting} setting @param {string | undefined} typed @param {Card} [card] */
function field(setting, typed, card) {
  const { name, label } = setting;
  const value = typed ?? text(setting.default);
  const note = typed === undefined && setting.default == null ? chosenFor(setting, card) : "";
  return h(
    "div",
    { class: "field" },
    h("label", { for: name }, label),
    ...control(setting, value),
    h("small", { id: `${name}-note` }, note),
  );
}

/** What a model has chosen by itself, and how. @param {ModelSetting} setting @param {Card} [card] */
function chosenFor({ name, choices = [] }, card) {
  const facts = card?.facts ?? {};
  if (!Object.hasOwn(facts, name) || card?.settings[name] != null) return "";
  const chosen =
    typeof facts[name] === "number"
      ? String(Number(facts[name].toPrecision(3)))
      : text(facts[name]);
  const called = choices.find(([value]) => value === chosen)?.[1] ?? (chosen || "none");
  const how = facts.how === "cross-validation" ? "by cross-validation" : "on held-out words";
  return `${called}, chosen ${how}`;
}

/** @param {ModelSetting} setting @param {string} value */
function control({ name, low, high, whole, choices = [] }, value) {
  const same = { id: name, "aria-describedby": `${name}-note`, autocomplete: "off" };
  const placeholder = "by itself";
  if (low != null && choices.length === 0) {
    const range = { min: low, max: high ?? undefined, step: whole ? 1 : "any" };
    const inputmode = whole ? "numeric" : "decimal";
    return [h("input", { ...same, type: "number", value, ...range, inputmode, placeholder })];
  }
  const options = choices.map(([id, title]) =>
    h("option", { value: id, selected: id === value }, title),
  );
  if (low == null && choices.length > 0) return [h("select", same, ...options)];
  const list = `${name}-choices`;
  return [
    h("input", { ...same, type: "text", value, list, placeholder }),
    h("datalist", { id: list }, ...options),
  ];
}

/** @param {unknown} value */
function text(value) {
  return value === null || value === undefined ? "" : String(value);
}
