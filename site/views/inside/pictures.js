/** The pictures of a model: each with what it means, its numbers, and the Python that made them. */

import { h, shownName } from "../../dom.js";
import { source } from "../lecture/code.js";
import { written } from "../lecture/format.js";
import { mostOf, numbers } from "../numbers.js";
import { pictureCorner } from "../picture_buttons.js";
import { grid } from "./grid.js";
import { plane } from "./plane.js";

/** @typedef {import("./types").Picture} Picture */
/** @typedef {import("./types").Shown} Shown */

const WIDEST_TABLE = 18; // columns; wider ones are cells of colour

/** @type {WeakMap<HTMLElement, { keys: string, shown: Framed[] }>} */
const made = new WeakMap();

/** @typedef {{ element: HTMLElement, update: (picture: Picture) => void }} Framed */

/**
 * Show pictures; those that were there before keep their places, and what is open in them.
 *
 * @param {HTMLElement} element
 * @param {Picture[]} pictures
 * @param {{ name: string, word: string } | undefined} [of] the model and the word
 */
export function render(element, pictures, of) {
  const keys = pictures.map(({ key, form, group }) => `${form} ${key} ${group}`).join("\n");
  const before = made.get(element);
  if (before?.keys === keys) {
    pictures.forEach((picture, i) => {
      before.shown[i]?.update(picture);
    });
    tellOf(pictures, before.shown, of);
    return;
  }
  const shown = pictures.map(framed);
  tellOf(pictures, shown, of);
  made.set(element, { keys, shown });
  element.replaceChildren(...grouped(pictures, shown));
}

/** Say what a picture that is saved is of. @param {Picture[]} pictures @param {Framed[]} shown @param {{ name: string, word: string } | undefined} of */
function tellOf(pictures, shown, of) {
  if (of === undefined) return;
  const word = of.word ? `“${of.word}”` : "the start of a word";
  pictures.forEach(({ of_word }, i) => {
    const element = shown[i]?.element;
    if (element) element.dataset.about = of_word ? `${of.name}, on ${word}` : of.name;
  });
}

/** @param {Picture[]} pictures @param {Framed[]} shown */
function grouped(pictures, shown) {
  /** @type {HTMLElement[]} */
  const elements = [];
  let group = "";
  pictures.forEach((picture, i) => {
    const { element } = shown[i] ?? framed(picture);
    if (picture.group === "") elements.push(element);
    else if (picture.group === group) elements.at(-1)?.lastElementChild?.append(element);
    else {
      const heading = h("h3", {}, picture.group);
      elements.push(
        h("section", { class: "inside-group" }, heading, h("div", { class: "beside" }, element)),
      );
    }
    group = picture.group;
  });
  return elements;
}

/** @param {Picture} first @returns {Framed} */
export function framed(first) {
  const heading = h(first.group ? "h4" : "h3", {}, first.title);
  const text = h("p", { class: "note" }, first.text);
  const body = h("div", { class: "result" });
  let shown = show(first);
  body.append(shown.element);
  let corner = pictureCorner(named(first));
  heading.setAttribute("data-not-in-picture", ""); // it is the picture's own title
  const parts = [corner, heading, text, body];
  let latest = first;
  /** @type {Shown | undefined} */
  let table;
  const listed = folded("Numbers", () => {
    table = numbers(latest);
    return table.element;
  });
  const code = folded("The Python that computed this", () =>
    h("div", { class: "code" }, ...latest.code.map(source)),
  );
  if (first.form !== "table" && shown.element.querySelector("table") === null) {
    parts.push(listed.element);
  }
  if (first.code.length > 0) parts.push(code.element);
  return {
    element: h(
      "section",
      { class: `inside-picture of-${first.form}`, "data-pictured": true },
      ...parts,
    ),
    update(picture) {
      const sameCode = JSON.stringify(picture.code) === JSON.stringify(latest.code);
      latest = picture;
      if (!table?.update(picture)) listed.fill();
      if (!sameCode) code.fill(); // which may be selected
      if (heading.textContent !== picture.title) {
        heading.textContent = picture.title;
        const renewed = pictureCorner(named(picture));
        corner.replaceWith(renewed);
        corner = renewed;
      }
      if (text.textContent !== picture.text) text.textContent = picture.text;
      if (shown.update(picture)) return;
      shown = show(picture);
      body.replaceChildren(shown.element);
    },
  };
}

/** @param {Picture} picture */
function named({ group, title }) {
  return group ? `${group}: ${title}` : title;
}

/** @param {Picture} picture @returns {Shown} */
function show(picture) {
  if (picture.form === "plane") return plane(picture);
  if (picture.form === "bars") return bars(picture);
  if (picture.form === "table") return numbers(picture);
  return picture.columns.length > WIDEST_TABLE
    ? grid(picture)
    : numbers(picture, { coloured: true });
}

/** @param {Picture} picture @returns {Shown} */
function bars(picture) {
  const most = mostOf(picture);
  const items = picture.rows.map((name, i) => {
    const bar = h("span", { class: "level", "aria-hidden": true });
    bar.style.setProperty("--share", String((picture.values[i] ?? 0) / most));
    const value = written(picture.values[i], picture.digits);
    return h("li", {}, h("span", {}, shownName(name)), bar, h("span", {}, value));
  });
  return { element: h("ul", { class: "inside-bars" }, ...items), update: () => false };
}

/** Something that is made when it is first opened, and anew whenever it is opened again, or filled.
 * @param {string} name @param {() => HTMLElement} make */
export function folded(name, make) {
  const summary = h("summary", {}, name);
  const element = /** @type {HTMLDetailsElement} */ (
    h("details", { "data-not-in-picture": true }, summary)
  );
  const fill = () => {
    if (element.open) element.replaceChildren(summary, make());
  };
  element.addEventListener("toggle", fill);
  return { element, fill };
}
