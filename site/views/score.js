/** A word's score under each model: every bigram's probability and surprise, total and mean. */

import { decimal, h, legend, shownName } from "../dom.js";
import { probability } from "../tables.js";

/** @typedef {import("../types").Score} Score */
/** @typedef {{ name: string, kind: "by-counts" | "by-net", score: Score }} Judged */

/**
 * @param {HTMLElement} element
 * @param {{ word: string, judged: Judged[] }} data
 */
export function render(element, { word, judged }) {
  // Bars of both models share one scale, so that they can be compared.
  const all = judged.flatMap(({ score }) => score.bigrams.map((bigram) => bigram[3]));
  const most = Math.max(1, ...all.filter(Number.isFinite));
  element.replaceChildren(
    h("p", { class: "verdict" }, ...sentence(word, judged)),
    h("div", { class: "scores" }, ...judged.map((one) => table(one, most))),
    h("p", { class: "note" }, legend(judged[0]?.score.bigrams.map(pair) ?? [])),
  );
}

/** @param {HTMLElement} element @param {string} message @param {string} [better] a word to try instead */
export function renderProblem(element, message, better) {
  element.replaceChildren(h("p", { class: "empty-state problem" }, message));
  if (better === undefined) return;
  const offer = h("button", { type: "button", class: "quiet", "data-word": better });
  offer.append("Score ", h("bdi", {}, `“${better}”`), " instead");
  element.append(offer);
}

/** @param {string} word @param {Judged[]} judged */
function sentence(word, judged) {
  const name = word === "" ? "The empty word" : h("bdi", {}, `“${word}”`);
  const means = judged.map(
    ({ name: model, score }) => `${decimal(score.mean_nll)} nats per bigram by ${model}`,
  );
  const infinite = judged.filter(({ score }) => !Number.isFinite(score.nll)).map(impossible);
  return [name, `: ${means.join(", ")}. Lower is likelier. `, ...infinite];
}

/** @param {Judged} judged */
function impossible({ name, score }) {
  const never = score.bigrams.filter(([, , likely]) => likely === 0).map(pair);
  const distinct = [...new Set(never)].map((one) => `“${one}”`).join(", ");
  return `It is infinite by ${name}, for which ${distinct} cannot come: the probability is 0, and −ln 0 is ∞. Smoothing above 0 gives every pair a chance. `;
}

/** @param {Score["bigrams"][number]} bigram */
function pair([first, second]) {
  return `${shownName(first)}${shownName(second)}`;
}

/** @param {Judged} judged @param {number} most */
function table({ name, kind, score }, most) {
  const { nll, mean_nll } = score;
  return h(
    "table",
    { class: `score ${kind}`, "aria-label": `Score by ${name}` },
    h("caption", {}, `By the ${name}`),
    h("thead", {}, h("tr", {}, ...["Pair", "Probability", "Surprise", "Nats", "Bits"].map(head))),
    h("tbody", {}, ...score.bigrams.map((bigram) => row(bigram, most))),
    h("tfoot", {}, total("Total", nll), total("Mean", mean_nll)),
  );
}

/** @param {string} text */
function head(text) {
  return h("th", { scope: "col" }, text);
}

/** @param {Score["bigrams"][number]} bigram @param {number} most */
function row(bigram, most) {
  const [, , likely, nll] = bigram;
  const bar = h("span", { class: Number.isFinite(nll) ? "bar" : "bar endless" });
  bar.style.inlineSize = `${(100 * Math.min(1, nll / most)).toFixed(1)}%`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("bdi", {}, pair(bigram))),
    h("td", {}, likely === 0 ? "0" : likely < 0.0005 ? probability(likely) : decimal(likely)),
    h("td", { class: "surprise" }, bar),
    ...amounts(nll),
  );
}

/** @param {string} name @param {number} nll */
function total(name, nll) {
  return h("tr", {}, h("th", { scope: "row", colspan: 3 }, name), ...amounts(nll));
}

/** @param {number} nll in nats */
function amounts(nll) {
  return [h("td", {}, decimal(nll, 3)), h("td", {}, decimal(nll / Math.LN2, 3))];
}
