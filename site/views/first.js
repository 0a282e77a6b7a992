/**
 * What the page shows before Python is ready, made when it was built. The panels show the same again,
 * by the same views, and so take it over.
 */

import { byId, decimal, h, shown, whole } from "../dom.js";
import { tableOf } from "../tables.js";
import * as contextView from "./context.js";
import * as generatedView from "./generated.js";
import * as heatmapView from "./heatmap.js";
import * as modelsView from "./models.js";
import { pictureButtons } from "./picture_buttons.js";
import * as summaryView from "./summary.js";

/** @typedef {import("../types").BuiltInList} BuiltInList */
/** @typedef {import("../types").ModelInfo} ModelInfo */
/** @typedef {import("../types").Preview} Preview */

export const NOTE = "Worked out when this page was built; Python will take over in a moment.";

/** @param {BuiltInList[]} lists @param {Preview} preview of the first one */
export async function render(lists, preview) {
  const { summary, made, card: of } = preview;
  document.documentElement.dataset.list = lists[0]?.id;
  byId("list").replaceChildren(...options(lists));
  summaryView.render(byId("summary"), { summary, note: NOTE });
  summaryView.renderFacts(byId("list-facts"), summary);
  setFields(preview.fields);
  const { table } = summary;
  const tables = { ...table, differences: [] };
  const counts = tableOf(tables, { of: "counts", by: "count" });
  heatmapView.renderScale(byId("scale"), counts);
  const labels = table.symbols.map((symbol, i) => shown(symbol, i === 0));
  await heatmapView.render(byId("heatmap"), { labels, shown: counts, rest: table.rest });
  heatmapView.markRow(byId("heatmap"), 0);
  for (const place of document.querySelectorAll(".pictures")) {
    const [title, of] = ["data-title", "data-of"].map((name) => place.getAttribute(name) ?? "");
    place.replaceWith(...pictureButtons(title ?? "", of));
  }
  byId("models-data").textContent = JSON.stringify(preview.models).replaceAll("<", "\\u003c");
  modelsView.render(byId("models"), { models: offered(preview.models), kind: "auto" });
  if (of.train != null) byId("loss").textContent = decimal(of.train);
  if (of.held_out != null) byId("held-out").textContent = decimal(of.held_out);
  byId("loss-note").textContent = NOTE;
  byId("words-note").textContent = tally(preview);
  const words = made.words.map((word) => ({ word, near: false }));
  await generatedView.render(byId("generated"), { words, starred: new Set() });
  contextView.render({ summary, card: of, made: { words: words.length, stars: 0 } });
}

/** Give number fields their ranges, and their defaults unless a placeholder tells. @param {Preview["fields"]} fields */
function setFields(fields) {
  for (const [name, { low, high, default: standard }] of Object.entries(fields)) {
    const field = document.getElementById(name);
    if (field?.getAttribute("type") !== "number") continue;
    field.setAttribute("min", String(low));
    field.setAttribute("max", String(high));
    if (!field.hasAttribute("placeholder")) field.setAttribute("value", String(standard));
  }
}

/** @param {Preview} preview */
export function tally({ made }) {
  return `${whole(made.words.length)} shown, worked out when this page was built`;
}

/** The models that a person chooses from. @param {ModelInfo[]} all */
export function offered(all) {
  return all.filter((model) => model.offered);
}

/** @param {BuiltInList[]} lists */
export function options(lists) {
  return [
    ...lists.map(({ id, title, count }) =>
      h("option", { value: id }, `${title} (${whole(count)})`),
    ),
    h("option", { value: "", hidden: true }, "your own list"),
  ];
}
