/** Letters in the plane: who stands near whom; arrow keys go from letter to letter. */

import { h, shownName } from "../../dom.js";
import { written } from "../lecture/format.js";
import { shapeOf } from "../numbers.js";

/** @typedef {import("./types").Picture} Picture */
/** @typedef {import("./types").Shown} Shown */

const NEAREST = 3;
const EDGE = 0.06; // of the width and height

let last = 0;

/** @param {Picture} first @returns {Shown} */
export function plane(first) {
  const shape = shapeOf(first);
  const names = first.rows.map(shownName);
  /** @type {number[][]} */
  let points = first.values;
  let chosen = 0;
  const letters = names.map((name) => {
    const short = name.length > 2 ? "◦" : name;
    return h("span", { class: "point", title: name }, h("bdi", {}, short));
  });
  last += 1;
  const readout = h("output", { class: "grid-readout", id: `plane-readout-${last}` });
  const element = h(
    "div",
    {
      class: "plane",
      tabindex: 0,
      role: "application",
      "aria-label": `${first.title}: ${names.length} points. Arrow keys go from one to the next.`,
      "aria-describedby": readout.id,
    },
    h("div", { class: "points", "aria-hidden": true }, ...letters),
  );
  const read = () => {
    letters.forEach((letter, i) => {
      letter.classList.toggle("chosen", i === chosen);
    });
    const [x, y] = (points[chosen] ?? [0, 0]).map((value) => written(value, first.digits));
    const near = nearest(points, chosen).map((i) => names[i]);
    readout.textContent = `${names[chosen]}: ${x}, ${y}; nearest here: ${near.join(" ")}`;
  };
  const place = () => {
    const [across, up] = [0, 1].map((axis) => scale(points.map((point) => point[axis] ?? 0)));
    letters.forEach((letter, i) => {
      letter.style.insetInlineStart = `${100 * (across?.(points[i]?.[0] ?? 0) ?? 0)}%`;
      letter.style.insetBlockEnd = `${100 * (up?.(points[i]?.[1] ?? 0) ?? 0)}%`;
    });
    read();
  };
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    chosen = (chosen + step + letters.length) % letters.length;
    read();
  });
  element.addEventListener("pointerover", ({ target }) => {
    const at = letters.findIndex((letter) => target instanceof Node && letter.contains(target));
    if (at < 0) return;
    chosen = at;
    read();
  });
  place();
  return {
    element: h("div", {}, element, readout),
    update(next) {
      if (shapeOf({ ...next, title: first.title }) !== shape) return false;
      points = like(next.values, points);
      place();
      return true;
    },
  };
}

/** Turn axes so that letters stay where they were: which way an axis points means nothing.
 * @param {number[][]} points @param {number[][]} before */
function like(points, before) {
  const signs = [0, 1].map((axis) =>
    points.reduce((sum, point, i) => sum + (point[axis] ?? 0) * (before[i]?.[axis] ?? 0), 0) < 0
      ? -1
      : 1,
  );
  return points.map((point) => point.map((value, axis) => value * (signs[axis] ?? 1)));
}

/** @param {number[]} values @returns {(value: number) => number} from 0 to 1, with an edge */
function scale(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => EDGE + ((1 - 2 * EDGE) * (value - low)) / (high - low || 1);
}

/** @param {number[][]} points @param {number} chosen */
function nearest(points, chosen) {
  const [x = 0, y = 0] = points[chosen] ?? [];
  const far = points.map(([a = 0, b = 0]) => Math.hypot(a - x, b - y));
  const others = points.map((_, i) => i).filter((i) => i !== chosen);
  return others.sort((a, b) => (far[a] ?? 0) - (far[b] ?? 0)).slice(0, NEAREST);
}
