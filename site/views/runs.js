/** The runs on the chart, what differs between them first: its legend, and the same in words. */

import { decimal, h, whole } from "../dom.js";
import { runColour, swatch } from "./curve.js";

/**
 * A training run of Make or of a comparison; `settings` are by their labels, empty for a model's own.
 *
 * @typedef {{
 *   kind: string, name: string, number: number, comparison: number,
 *   settings: Record<string, string>, losses: number[], marks: [step: number, seconds: number][],
 *   heldOut: [step: number, loss: number][], loss: number, failed: boolean, hidden: boolean,
 * }} Run
 */

/**
 * @param {HTMLElement} element
 * @param {Run[]} runs
 */
export function render(element, runs) {
  if (runs.length === 0) {
    element.replaceChildren();
    return;
  }
  const focused = document.activeElement?.getAttribute("data-run");
  const [differing, same] = divided(runs);
  const heads = ["Run", "Model", ...differing, "Steps", "Loss", "Held out"];
  element.replaceChildren(
    h(
      "table",
      { class: "runs", "aria-label": "Runs" },
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...runs.map((run) => row(run, differing))),
    ),
    ...(same === "" ? [] : [h("p", { class: "note" }, same)]),
  );
  const again = focused && element.querySelector(`[data-run="${focused}"]`);
  if (again instanceof HTMLElement) again.focus();
}

/** Names of the settings in which runs differ or that were changed under way, and the others in words. @param {Run[]} runs @returns {[string[], string]} */
function divided(runs) {
  const names = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const valuesOf = (/** @type {string} */ name) => [
    ...new Set(runs.flatMap(({ settings }) => settings[name] ?? [])),
  ];
  const differs = (/** @type {string} */ name) =>
    valuesOf(name).length > 1 || valuesOf(name).some((value) => value.includes("→"));
  const same = names.filter((name) => !differs(name) && valuesOf(name)[0] !== "");
  const told = same.map((name) => `${name} ${valuesOf(name)[0]}`).join(", ");
  const what = runs.length > 1 ? "The same in all that have it" : "Its settings";
  return [names.filter(differs), told && `${what}: ${told}.`];
}

/** @param {Run} run @param {string[]} differing */
function row(run, differing) {
  const { number, name, comparison, settings, losses, loss, heldOut, failed, hidden } = run;
  const box = h("input", {
    ...{ type: "checkbox", "data-run": number, checked: !hidden, "data-not-in-picture": true },
    "aria-label": `Draw run ${number}`,
  });
  const last = heldOut.at(-1);
  return h(
    "tr",
    { "data-not-in-picture": hidden || undefined },
    h("th", { scope: "row" }, box, swatch(runColour(number)), ` ${number}`),
    h("td", {}, comparison > 0 ? `${name}, comparison ${comparison}` : name),
    ...differing.map((each) => h("td", {}, written(settings[each]))),
    h("td", {}, whole(losses.length)),
    h("td", {}, failed ? "exploded" : decimal(loss)),
    h("td", {}, last === undefined ? "–" : decimal(last[1])),
  );
}

/** @param {string | undefined} value */
function written(value) {
  return value === undefined ? "–" : value || "own";
}
