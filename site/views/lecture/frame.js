/** The lecture's frame: contents, the step's title and text, and the way on and back. */

import { h } from "../../dom.js";

/** @typedef {import("./types").LectureStep} LectureStep */

/** Where the model of a part is looked into. @type {Record<string, string>} */
const TRIED_IN = {
  Counting: "#inside/bigram",
  Probabilities: "#inside/bigram",
  "A neural net": "#inside/bigram-net",
  Homework: "#inside/ngram",
};
/** Where a step on one model leads, by the beginning of its id. */
const OF_MODEL = /^(bow|mlp|rnn|gru|transformer)-/;

/**
 * @param {HTMLElement} element
 * @param {LectureStep[]} steps
 */
export function renderFrame(element, steps) {
  const contents = h(
    "details",
    { class: "contents", id: "lecture-contents" },
    h("summary", {}, "Contents"),
    ...parts(steps).flatMap(([part, inside], i) => [
      h("p", { class: "part", id: `lecture-part-${i}` }, part),
      h(
        "ol",
        {
          "aria-labelledby": `lecture-part-${i}`,
          start: steps.indexOf(/** @type {LectureStep} */ (inside[0])) + 1,
        },
        ...inside.map(entry),
      ),
    ]),
  );
  element.replaceChildren(
    h(
      "div",
      { class: "frame lecture-frame" },
      h(
        "aside",
        { class: "lecture-side" },
        h("nav", { "aria-label": "Contents of the lecture" }, contents),
      ),
      h(
        "article",
        { class: "lecture-step", "aria-labelledby": "lecture-title" },
        h("p", { class: "place", id: "lecture-place" }),
        h("h2", { id: "lecture-title", tabindex: -1 }),
        h("p", { class: "text", id: "lecture-text" }),
        h("form", { id: "lecture-form", novalidate: true, "aria-label": "Change and see" }),
        h("p", { role: "status", class: "computed", id: "lecture-status" }),
        h(
          "button",
          { type: "button", class: "secondary", id: "lecture-stop", hidden: true },
          "Stop",
        ),
        h("div", { class: "results", id: "lecture-results" }),
        h("div", { class: "code", id: "lecture-code" }),
        h(
          "nav",
          { class: "turn", "aria-label": "Steps" },
          h("a", { id: "lecture-back", role: "button", class: "secondary", rel: "prev" }),
          h("a", { id: "lecture-next", role: "button", rel: "next" }),
        ),
        h("p", { class: "note keys" }, "The arrow keys ← and → turn the pages."),
        h(
          "div",
          { class: "take" },
          h("p", {}, h("a", { id: "lecture-try" }, "Try it with my list")),
          h("h3", {}, "Open in Python"),
          h(
            "p",
            { class: "note" },
            "The whole lecture in one file, to run and change on your own machine.",
          ),
          h("button", { type: "button", class: "quiet", "data-export": "py" }, "Download .py"),
          " ",
          h(
            "button",
            { type: "button", class: "quiet", "data-export": "ipynb" },
            "Download .ipynb",
          ),
        ),
      ),
    ),
  );
}

/**
 * @param {HTMLElement} element the one that renderFrame filled
 * @param {{ step: LectureStep, steps: LectureStep[], read: Set<string> }} data read: the ids of
 *   those that were opened
 */
export function renderStep(element, { step, steps, read }) {
  const at = steps.indexOf(step);
  const part = (/** @type {string} */ name) =>
    /** @type {HTMLElement} */ (element.querySelector(`#lecture-${name}`));
  part("place").textContent = `${step.part} · step ${at + 1} of ${steps.length}`;
  part("title").textContent = step.title;
  const model = OF_MODEL.exec(step.id)?.[1];
  const place = model ? `#inside/${model}` : TRIED_IN[step.part];
  part("try").setAttribute("href", place ?? "#make");
  part("text").replaceChildren(...marked(step.text));
  for (const link of element.querySelectorAll("[data-step]")) {
    if (!(link instanceof HTMLElement)) continue;
    if (read.has(link.dataset.step ?? "")) link.title = "Opened before";
    if (link.dataset.step === step.id) {
      link.setAttribute("aria-current", "step");
      if (link.offsetParent) link.scrollIntoView({ block: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  turn(part("back"), "← ", steps[at - 1], "");
  turn(part("next"), "", steps[at + 1], " →");
}

/**
 * @param {HTMLElement} link
 * @param {string} before
 * @param {LectureStep | undefined} step
 * @param {string} after
 */
function turn(link, before, step, after) {
  link.hidden = step === undefined;
  if (step === undefined) link.removeAttribute("href");
  else link.setAttribute("href", `#lecture/${step.id}`);
  link.textContent = step ? `${before}${step.title}${after}` : "";
}

/** @param {LectureStep[]} steps @returns {[string, LectureStep[]][]} */
function parts(steps) {
  const names = [...new Set(steps.map(({ part }) => part))];
  return names.map((name) => [name, steps.filter(({ part }) => part === name)]);
}

/** @param {LectureStep} step */
function entry({ id, title }) {
  return h("li", {}, h("a", { href: `#lecture/${id}`, "data-step": id }, ...marked(title)));
}

/** Text in which code stands between backticks. @param {string} text */
function marked(text) {
  return text.split("`").map((piece, i) => (i % 2 === 0 ? piece : h("code", {}, piece)));
}
