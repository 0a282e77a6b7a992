/**
 * What the page shows before Python is ready, made when it was built. The panels show the same again,
 * by the same views, and so take it over.
 */

import { byId, decimal, h, shown, whole } from "../dom.js";
import { FALLBACK_MODELS } from "../models.js";
import { tableOf } from "../tables.js";
import * as generatedView from "./generated.js";
import * as heatmapView from "./heatmap.js";
import * as modelsView from "./models.js";
import * as summaryView from "./summary.js";

/** @typedef {import("../types").BuiltInList} BuiltInList */
/** @typedef {import("../types").Card} Card */
/** @typedef {import("../types").Preview} Preview */

export const NOTE = "Worked out when this page was built; Python will take over in a moment.";

/** @param {BuiltInList[]} lists @param {Preview} preview of the first one */
export async function render(lists, preview) {
  const { summary, generated } = preview;
  document.documentElement.dataset.list = lists[0]?.id;
  byId("list").replaceChildren(...options(lists));
  summaryView.render(byId("summary"), { summary, note: NOTE });
  summaryView.renderFacts(byId("list-facts"), summary);
  const { table } = summary;
  const tables = { ...table, differences: [] };
  const counts = tableOf(tables, { of: "counts", by: "count" });
  heatmapView.renderScale(byId("scale"), counts);
  const labels = table.symbols.map((symbol, i) => shown(symbol, i === 0));
  await heatmapView.render(byId("heatmap"), { labels, shown: counts, rest: table.rest });
  const of = card(preview);
  modelsView.render(byId("models"), { models: preview.models ?? FALLBACK_MODELS, kind: "auto" });
  byId("loss").textContent = decimal(of.train);
  if (of.held_out != null) byId("held-out").textContent = decimal(of.held_out);
  byId("loss-note").textContent = NOTE;
  byId("words-note").textContent = tally(preview);
  const words = generated.words.map((word) => ({ word, near: false }));
  await generatedView.render(byId("generated"), { words, starred: new Set() });
  byId("context-list").replaceChildren(h("bdi", {}, summary.name), ` · ${whole(summary.count)}`);
  const loss = of.held_out ?? of.train;
  const which = of.held_out == null ? "loss" : "held-out";
  byId("context-model").textContent = `${of.name} · ${which} ${decimal(loss, 2)}`;
  byId("context-words").textContent = `${whole(words.length)} words · ★ 0`;
}

/** The model of a preview. @param {Preview} preview @returns {Card} */
export function card({ card: of, fit }) {
  return (
    of ?? {
      ...{ kind: "bigram", label: "Bigram counts", name: "Bigram counts" },
      ...{ train: fit.mean_nll, seconds: 0, parameters: 0, note: "", whole: true },
      ...{ settings: { smoothing: fit.smoothing }, facts: fit },
    }
  );
}

/** @param {Preview} preview */
export function tally({ generated }) {
  return `${whole(generated.words.length)} shown. ${NOTE}`;
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
