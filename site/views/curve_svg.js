/** A chart of curves as SVG: axes, references, a path for each line, a circle for each dot. */

import uPlot from "uplot";
import { node } from "./pictures.js";

/** @typedef {import("./curve.js").Data} Data */
/** @typedef {import("./curve.js").Line} Line */
/** @typedef {(token: string) => string} Colour */

const TICKS = 6; // on an axis, about
const SIZE = 11; // px, of type
const DOT = 3; // px

let last = 0;

/** As it is drawn, at the same size. @param {uPlot | undefined} plot @param {Data} data @param {Colour} colour */
export function asSvg(plot, data, colour) {
  const group = node("g", { "font-size": SIZE, "font-family": "sans-serif" });
  if (plot === undefined) return group;
  const ratio = uPlot.pxRatio;
  const box = {
    ...{ x: plot.bbox.left / ratio, y: plot.bbox.top / ratio },
    ...{ width: plot.bbox.width / ratio, height: plot.bbox.height / ratio },
  };
  last += 1;
  const clip = node("clipPath", { id: `curve-clip-${last}` });
  clip.append(node("rect", box));
  const lines = node("g", { "clip-path": `url(#curve-clip-${last})` });
  const at = (/** @type {number} */ value, /** @type {"x" | "y"} */ scale) =>
    plot.valToPos(value, scale, true) / ratio;
  group.append(clip, axes(plot, box, data.log === true, at, colour));
  for (const { label, loss, line = -0.3 } of data.references ?? []) {
    if (!Number.isFinite(loss)) continue;
    const [y, right] = [at(loss, "y"), box.x + box.width];
    const stroke = { stroke: colour("--muted"), "stroke-dasharray": "3 4" };
    group.append(node("line", { x1: box.x, x2: right, y1: y, y2: y, ...stroke }));
    group.append(text(label, right - 4, y + 12 * line, "end", colour("--muted")));
  }
  for (const line of data.lines) lines.append(...curve(line, at, colour));
  group.append(lines);
  return group;
}

/** @param {Line} line @param {(value: number, scale: "x" | "y") => number} at @param {Colour} colour */
function curve({ colour: token, x, y, dash = [], dots, line = true, faint = false }, at, colour) {
  const stroke = colour(token);
  const points = x.flatMap((each, i) => {
    const value = y[i] ?? Number.NaN;
    return Number.isFinite(value) ? [[at(each, "x"), at(value, "y")].map((p) => p.toFixed(2))] : [];
  });
  const drawn = [];
  if (line && points.length > 0) {
    drawn.push(
      node("path", {
        ...{ d: `M${points.map((point) => point.join(" ")).join("L")}`, fill: "none", stroke },
        ...{ "stroke-width": faint ? 1 : 2, "stroke-opacity": faint ? 0.5 : 1 },
        ...(dash.length > 0 ? { "stroke-dasharray": dash.join(" ") } : {}),
      }),
    );
  }
  if (dots) {
    for (const [cx = "", cy = ""] of points) {
      drawn.push(node("circle", { cx, cy, r: DOT, fill: stroke }));
    }
  }
  return drawn;
}

/**
 * @param {uPlot} plot
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {boolean} log
 * @param {(value: number, scale: "x" | "y") => number} at
 * @param {Colour} colour
 */
function axes({ scales }, { x, y, width, height }, log, at, colour) {
  const group = node("g", {});
  const [grid, ink] = [colour("--line"), colour("--muted")];
  for (const value of ticks(scales.x, log)) {
    const place = at(value, "x");
    group.append(node("line", { x1: place, x2: place, y1: y, y2: y + height, stroke: grid }));
    group.append(text(written(value), place, y + height + 16, "middle", ink));
  }
  for (const value of ticks(scales.y, false)) {
    const place = at(value, "y");
    group.append(node("line", { x1: x, x2: x + width, y1: place, y2: place, stroke: grid }));
    group.append(text(written(value), x - 6, place + 4, "end", ink));
  }
  return group;
}

/** Round numbers between the ends of an axis. @param {uPlot.Scale | undefined} scale @param {boolean} log */
function ticks(scale, log) {
  const [low, high] = [scale?.min ?? 0, scale?.max ?? 0];
  if (!(high > low)) return [low];
  const found = [];
  if (log) {
    for (let e = Math.ceil(Math.log10(low)); 10 ** e <= high; e += 1) found.push(10 ** e);
    return found;
  }
  const rough = (high - low) / TICKS;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5].find((times) => times * unit >= rough) ?? 10);
  for (let i = Math.ceil(low / step); i * step <= high; i += 1) found.push(i * step);
  return found;
}

/** @param {number} value */
function written(value) {
  return Number(value.toPrecision(6)).toLocaleString("en-US");
}

/** @param {string} said @param {number} x @param {number} y @param {string} anchor @param {string} fill */
function text(said, x, y, anchor, fill) {
  return node("text", { x, y, "text-anchor": anchor, fill }, said);
}
