/** The losses of several models over their steps or seconds, with the held-out losses as points. */

import { decimal, h, whole } from "../dom.js";
import { dash, runColour } from "./curve.js";
import { node } from "./pictures.js";

/** @typedef {{ step: number, seconds: number, loss: number }} Point */
/** @typedef {{ number: number, name: string, batches: Point[], heldOut: Point[] }} Line */
/** @typedef {{ by: "step" | "seconds", log: boolean }} Axis */

const WIDTH = 900; // units of the drawing, which scales with its place
const HEIGHT = 320;
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 12, 10, 30];
const MOST = 250; // points of a line: means of neighbours beyond

/**
 * @param {HTMLElement} place
 * @param {{ lines: Line[], axis: Axis, uniform: number | null }} data
 */
export function render(place, { lines, axis, uniform }) {
  const shown = lines.filter(({ batches, heldOut }) => batches.length + heldOut.length > 0);
  if (shown.length === 0) {
    place.replaceChildren(
      h("p", { class: "empty-state" }, "The nets draw their losses here while they are trained."),
    );
    return;
  }
  const means = shown.map((line) => ({ ...line, batches: thinned(line.batches) }));
  const scale = scales(means, axis, uniform);
  const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  svg.append(node("title", {}, inWords(shown, axis)));
  svg.append(...grid(scale, axis));
  for (const line of means) svg.append(...drawn(line, axis, scale));
  place.replaceChildren(svg);
}

/** @typedef {{ x: (value: number) => number, y: (loss: number) => number, xs: number[], ys: number[] }} Scale */

/** @param {Line[]} lines @param {Axis} axis @param {number | null} uniform @returns {Scale} */
function scales(lines, { by, log }, uniform) {
  const points = lines.flatMap(({ batches, heldOut }) => [...batches, ...heldOut]);
  const xs = points.map((point) => point[by]).filter((x) => x > 0);
  const losses = points.map(({ loss }) => loss).filter(Number.isFinite);
  const ceiling = uniform === null ? Number.POSITIVE_INFINITY : 1.3 * uniform;
  const [low, high] = [Math.min(...losses), Math.min(ceiling, Math.max(...losses))];
  const first = log ? Math.min(...xs) : 0;
  const end = Math.max(...xs, first + 1e-6);
  const along = log
    ? (/** @type {number} */ x) => Math.log(Math.max(x, first) / first) / Math.log(end / first || 2)
    : (/** @type {number} */ x) => x / end;
  const span = high - low || 1;
  return {
    x: (value) => LEFT + (WIDTH - LEFT - RIGHT) * along(value),
    y: (loss) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (Math.min(loss, high) - low) / span),
    xs: log ? decades(first, end) : ticks(0, end),
    ys: ticks(low, high),
  };
}

/** @param {number} low @param {number} high */
function ticks(low, high) {
  const raw = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((size) => size >= raw) ?? raw;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

/** @param {number} low @param {number} high */
function decades(low, high) {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

/** @param {Scale} scale @param {Axis} axis */
function grid({ x, y, xs, ys }, { by }) {
  const floor = HEIGHT - BOTTOM;
  const text = (/** @type {number} */ n) => String(Number(n.toPrecision(6)));
  return [
    ...ys.flatMap((loss) => [
      node("line", { class: "rule", x1: LEFT, x2: WIDTH - RIGHT, y1: y(loss), y2: y(loss) }),
      node("text", { class: "end", x: LEFT - 6, y: y(loss) + 4, "text-anchor": "end" }, text(loss)),
    ]),
    ...xs.flatMap((value) => [
      node("line", { class: "rule", x1: x(value), x2: x(value), y1: TOP, y2: floor }),
      node("text", { x: x(value), y: floor + 15, "text-anchor": "middle" }, text(value)),
    ]),
    node(
      "text",
      { x: WIDTH - RIGHT, y: HEIGHT - 2, "text-anchor": "end" },
      by === "step" ? "steps" : "seconds of training",
    ),
  ];
}

/** @param {Line} line @param {Axis} axis @param {Scale} scale */
function drawn({ number, batches, heldOut }, { by }, { x, y }) {
  const at = (/** @type {Point} */ point) =>
    `${x(point[by]).toFixed(1)} ${y(point.loss).toFixed(1)}`;
  const colour = `run-${runColour(number)}`;
  const dashes = (dash(number) ?? []).join(" ");
  const path = (/** @type {Point[]} */ points, /** @type {string} */ name) =>
    points.length > 1
      ? [
          node("path", {
            class: `${colour} ${name}`,
            d: `M${points.map(at).join("L")}`,
            "stroke-dasharray": dashes,
          }),
        ]
      : [];
  return [
    ...path(batches, "batches"),
    ...path(heldOut, "held-out"),
    ...heldOut.map((point) =>
      node("circle", { class: `${colour} point`, cx: x(point[by]), cy: y(point.loss), r: 3.5 }),
    ),
  ];
}

/** @param {Point[]} points */
function thinned(points) {
  const size = Math.ceil(points.length / MOST);
  if (size <= 1) return points;
  /** @type {Point[]} */
  const means = [];
  for (let i = 0; i < points.length; i += size) {
    const group = points.slice(i, i + size);
    const end = /** @type {Point} */ (group.at(-1));
    means.push({ ...end, loss: group.reduce((sum, { loss }) => sum + loss, 0) / group.length });
  }
  return means;
}

/** @param {Line[]} lines @param {Axis} axis */
function inWords(lines, { by }) {
  const told = lines.map(({ name, batches, heldOut }) => {
    const [first, end] = [batches[0] ?? heldOut[0], heldOut.at(-1) ?? batches.at(-1)];
    const length =
      by === "step" ? `${whole(end?.step ?? 0)} steps` : `${(end?.seconds ?? 0).toFixed(1)} s`;
    return `${name} goes from ${decimal(first?.loss ?? Number.NaN, 2)} to ${decimal(end?.loss ?? Number.NaN, 2)} in ${length}.`;
  });
  return `Loss of batches as lines, held-out loss as points. ${told.join(" ")}`;
}
