/** A large matrix: cells of colour, one of which is read out; arrow keys or the pointer move it. */

import { h, shownName } from "../../dom.js";
import { written } from "../lecture/format.js";
import { mostOf, shapeOf } from "../numbers.js";
import { node, vectors } from "../pictures.js";

/** @typedef {import("./types").Picture} Picture */
/** @typedef {import("./types").Shown} Shown */

const LARGEST_CELL = 22; // px
const TALLEST = 420; // px

let last = 0;

/** @param {Picture} first @returns {Shown} */
export function grid(first) {
  let picture = first;
  let place = /** @type {[number, number]} */ ([0, 0]);
  const shape = shapeOf(picture);
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": true }));
  last += 1;
  const readout = h("output", { class: "grid-readout", id: `grid-readout-${last}` });
  const plot = h(
    "div",
    {
      class: "grid-plot",
      tabindex: 0,
      role: "application",
      "aria-label": `${picture.title}: ${picture.rows.length} rows, ${picture.columns.length} columns. Arrow keys read its numbers.`,
      "aria-describedby": readout.id,
    },
    canvas,
  );
  const draw = () => {
    paint(canvas, plot, picture, document.activeElement === plot ? place : undefined);
    readout.textContent = inWords(picture, place);
  };
  const go = (/** @type {number} */ row, /** @type {number} */ column) => {
    const within = (/** @type {number} */ i, /** @type {number} */ n) =>
      Math.max(0, Math.min(n - 1, i));
    const before = place;
    place = [within(row, picture.rows.length), within(column, picture.columns.length)];
    if (place[0] !== before[0] || place[1] !== before[1]) draw();
  };
  vectors.set(canvas, () => asSvg(canvas, plot, picture));
  plot.addEventListener("keydown", (event) => {
    const [row, column] = place;
    /** @type {Record<string, [number, number]>} */
    const places = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, picture.columns.length - 1],
    };
    const next = places[event.key];
    if (next === undefined || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    go(...next);
  });
  plot.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const { clientWidth, clientHeight } = canvas;
    go(
      Math.floor((offsetY / clientHeight) * picture.rows.length),
      Math.floor((offsetX / clientWidth) * picture.columns.length),
    );
  });
  plot.addEventListener("focus", draw);
  plot.addEventListener("blur", draw);
  // Its width, and whether it is seen at all, are known when it stands in the page.
  new ResizeObserver(draw).observe(plot);
  const themed = () => {
    if (plot.isConnected) draw();
    else document.removeEventListener("themechange", themed);
  };
  document.addEventListener("themechange", themed);
  return {
    element: h("div", {}, plot, readout),
    update(next) {
      if (shapeOf(next) !== shape) return false;
      picture = next;
      draw();
      return true;
    },
  };
}

/** @param {Picture} picture @param {[number, number]} place */
function inWords({ rows, columns, values, digits }, [row, column]) {
  const value = written(values[row]?.[column], digits);
  return `Row ${shownName(rows[row] ?? "")}, column ${shownName(columns[column] ?? "")}: ${value}`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} plot
 * @param {Picture} picture
 * @param {[number, number] | undefined} place to be framed
 */
function paint(canvas, plot, picture, place) {
  const { values, rows, columns, signed } = picture;
  const width = Math.min(plot.clientWidth, columns.length * LARGEST_CELL);
  if (width === 0) return;
  const height = Math.min(
    TALLEST,
    rows.length * Math.max(6, Math.min(LARGEST_CELL, TALLEST / rows.length)),
  );
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const [low, above, below, ink] = colours(plot);
  const most = mostOf(picture);
  const [w, t] = [canvas.width / columns.length, canvas.height / rows.length];
  context.fillStyle = low ?? "";
  context.fillRect(0, 0, canvas.width, canvas.height);
  values.forEach((row, i) => {
    row.forEach((/** @type {number} */ value, /** @type {number} */ j) => {
      context.globalAlpha = Math.sqrt(Math.min(1, Math.abs(value) / most));
      context.fillStyle = (signed && value < 0 ? below : above) ?? "";
      context.fillRect(Math.floor(j * w), Math.floor(i * t), Math.ceil(w), Math.ceil(t));
    });
  });
  context.globalAlpha = 1;
  if (place === undefined) return;
  context.strokeStyle = ink ?? "";
  context.lineWidth = 2 * devicePixelRatio;
  context.strokeRect(place[1] * w, place[0] * t, w, t);
}

/** The same as rectangles. @param {HTMLCanvasElement} canvas @param {HTMLElement} plot @param {Picture} picture */
function asSvg({ clientWidth, clientHeight }, plot, picture) {
  const { values, rows, columns, signed } = picture;
  const [low, above, below] = colours(plot);
  const most = mostOf(picture);
  const [width, height] = [clientWidth / columns.length, clientHeight / rows.length];
  const group = node("g", { "shape-rendering": "crispEdges" });
  group.append(node("rect", { width: clientWidth, height: clientHeight, fill: low ?? "" }));
  values.forEach((row, i) => {
    row.forEach((/** @type {number} */ value, /** @type {number} */ j) => {
      const strength = Math.sqrt(Math.min(1, Math.abs(value) / most));
      if (strength === 0) return;
      const place = { x: (j * width).toFixed(2), y: (i * height).toFixed(2) };
      const look = { fill: (signed && value < 0 ? below : above) ?? "" };
      group.append(
        node("rect", {
          ...{ ...place, width: width.toFixed(2), height: height.toFixed(2) },
          ...{ ...look, "fill-opacity": strength.toFixed(3) },
        }),
      );
    });
  });
  return group;
}

/** A canvas knows no custom properties. @param {HTMLElement} plot */
function colours(plot) {
  const probe = h("span");
  plot.append(probe);
  const found = ["--sunken", "--by-counts", "--by-net", "--ink"].map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return found;
}
