/** One word's receipt: where the list has it, how likely it is letter by letter, what is near. */

import { decimal, h, shown, whole } from "../dom.js";
import { probability } from "../tables.js";
import { inSentence } from "../text.js";
import { classOf, letters } from "./generated.js";

/** @typedef {import("../types").GeneratedWord} GeneratedWord */
/** @typedef {import("../types").Nearest} Nearest */

/**
 * @param {{ word: HTMLElement, facts: HTMLElement, nearest: HTMLElement }} elements
 * @param {{ generated: GeneratedWord, nearest?: Nearest, model: string }} data
 */
export function render({ word, facts, nearest }, data) {
  const { line, known, mean_nll } = data.generated;
  const where = line == null ? "In the list." : `In the list, line ${whole(line)}.`;
  word.replaceChildren(letters(data.generated));
  facts.replaceChildren(
    h(
      "p",
      {},
      known ? where : "New: the list does not have it.",
      ` Mean negative log-likelihood ${decimal(mean_nll)} nats a symbol (${decimal(mean_nll / Math.LN2, 2)} bits) under ${data.model || "the model that made it"}.`,
    ),
    h("ol", { class: "steps", "aria-label": "Its letters" }, ...chain(data.generated)),
  );
  nearest.textContent = data.nearest ? near(data.nearest) : "";
}

/** @param {GeneratedWord} generated */
function chain({ symbols, probabilities, ended }) {
  const steps = symbols.map((symbol) => shown(symbol));
  if (ended) steps.push(".");
  return steps.map((symbol, i) =>
    h(
      "li",
      {},
      h("bdi", { class: `symbol letter ${classOf(probabilities[i] ?? 0)}` }, symbol),
      ` ${probability(probabilities[i] ?? 0)}`,
    ),
  );
}

/** @param {Nearest} nearest */
function near({ distance, words, more }) {
  if (distance === 0) return "The list has this very word: edit distance 0.";
  const some = words.map(([word, line]) => `${inSentence(word)} (line ${whole(line)})`).join(", ");
  const others = more > 0 ? ` and ${whole(more)} more` : "";
  return `Nearest in the list, at edit distance ${distance}: ${some}${others}.`;
}
