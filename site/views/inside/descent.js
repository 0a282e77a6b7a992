/** One step of gradient descent beside counting: how far apart, and five words of the same seed. */

import { counted, decimal, h, whole } from "../../dom.js";

/** @typedef {import("./types").Descended} Descended */

/** @param {HTMLElement} element @param {Descended} data */
export function render(element, data) {
  const { step, steps, divergence, loss, goal, words, goals } = data;
  element.replaceChildren(
    h("p", { class: "note" }, whose(data)),
    h(
      "div",
      { class: "descent-told" },
      h(
        "dl",
        { class: "descent-figures" },
        figure("Step", `${whole(step)} of ${whole(steps)}`),
        figure("From counting", `${decimal(divergence)} nats`),
        figure("Loss", decimal(loss)),
        figure("Counting's loss", decimal(goal)),
      ),
      h(
        "table",
        { class: "listing descent-words", "aria-label": "Words of one seed" },
        h("thead", {}, row("th", ["Net", "Counting"])),
        h("tbody", {}, ...words.map((word, i) => row("td", [word, goals[i] ?? ""]))),
      ),
    ),
  );
}

/** Which run it is. @param {Descended} data */
function whose({ own, trained, steps, paces, weights_seed, smoothing, same }) {
  const paced = paces
    .map(([from = 0, rate, l2], i) => {
      const since = i === 0 ? "" : `from step ${whole(from)} on `;
      return `${since}learning rate ${rate}, regularization ${l2}`;
    })
    .join("; ");
  const settings = `${counted(steps, "step")}, ${paced}, weights seed ${weights_seed}`;
  const counting = `Beside it, counting the same words with smoothing ${smoothing}.`;
  if (!own) {
    const why = trained
      ? "How the bigram net in use was trained is not known here: it came from a file."
      : "The bigram net is not trained on this list yet.";
    return `${why} This is the run that Train would do: ${settings}. ${counting}`;
  }
  const astray = same
    ? ""
    : " At this step the net itself was elsewhere: its loss exploded before, and it went back to its best weights.";
  return `The run of your bigram net: ${settings}.${astray} ${counting}`;
}

/** @param {string} name @param {string} value */
function figure(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

/** @param {"th" | "td"} tag @param {string[]} words the net's, and counting's of the same place */
function row(tag, words) {
  return h("tr", {}, ...words.map((word) => h(tag, {}, h("bdi", {}, word))));
}
