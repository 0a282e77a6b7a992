/**
 * What the page shows before Python is ready, made when it was built. The steps show the same again,
 * by the same views, and so take it over.
 */

import { byId, h, shown, whole } from "../dom.js";
import { tableOf } from "../tables.js";
import * as generatedView from "./generated.js";
import * as heatmapView from "./heatmap.js";
import * as ideaView from "./idea.js";
import * as lossView from "./loss.js";
import * as summaryView from "./summary.js";

/** @typedef {import("../types").BuiltInList} BuiltInList */
/** @typedef {import("../types").Preview} Preview */

export const NOTE = "Worked out when this page was built; Python will take over in a moment.";

/** @param {BuiltInList[]} lists @param {Preview} preview of the first one */
export async function render(lists, { summary, fit, generated }) {
  document.documentElement.dataset.list = lists[0]?.id;
  byId("list").replaceChildren(...options(lists));
  summaryView.render(byId("summary"), { summary, note: NOTE });
  const { table } = summary;
  const tables = { ...table, differences: [] };
  const counts = tableOf(tables, { of: "counts", by: "count" });
  heatmapView.renderScale(byId("scale"), counts);
  const labels = table.symbols.map((symbol, i) => shown(symbol, i === 0));
  await heatmapView.render(byId("heatmap"), { labels, shown: counts, rest: table.rest });
  lossView.renderFit({ figure: byId("loss"), note: byId("loss-note") }, fit);
  generatedView.renderNote(byId("words-note"), { generated, note: NOTE });
  const { words } = generated;
  await generatedView.render(byId("generated"), { words, starred: new Set() });
  const made = words.map(({ word }) => word);
  ideaView.render(byId("idea"), { given: summary.first, made, counts: table.counts });
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
