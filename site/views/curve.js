/** Lines over steps or seconds, drawn as they come: losses of runs, and whatever else has a curve. */

import uPlot from "uplot";
import { decimal, h, whole } from "../dom.js";
import { asSvg } from "./curve_svg.js";
import { vectors } from "./pictures.js";

/**
 * A line, with `dots` at its points, or these alone. `colour` is a custom property, `x` ascends.
 *
 * @typedef {{
 *   name: string, colour: string, x: number[], y: number[],
 *   dash?: number[] | undefined, dots?: boolean, line?: boolean, faint?: boolean,
 * }} Line
 */
/** @typedef {{ label: string, loss: number, line?: number }} Reference line: of text, below it */
/** @typedef {{ chart: HTMLElement, slider?: HTMLInputElement, readout?: HTMLElement }} Elements */
/**
 * @typedef {{
 *   lines: Line[], label: string, empty?: string, references?: Reference[], log?: boolean,
 *   unit?: "step" | "seconds",
 * }} Data
 */

const HEIGHT = 230; // px, where a style sheet gives no other
const COLOURS = 6; // the tokens --run-1 to --run-6
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const CEILING = 1.6; // times the largest first value: a run that explodes would flatten the others
const MOST = 1000; // points of a line: means of neighbours beyond

/** @typedef {(number | null | undefined)[]} Values */
/** @typedef {{ plot: uPlot | undefined, data: Data, values: Values[], key: string, colours: Map<string, string> }} Chart */
/** @type {WeakMap<HTMLElement, Chart>} */
const charts = new WeakMap();

/** @param {number} number of a run, from 1 */
export function runColour(number) {
  return `--run-${((number - 1) % COLOURS) + 1}`;
}

/** What a colour stands for goes after it. @param {string} colour a custom property */
export function swatch(colour) {
  const element = h("span", { class: "swatch", "aria-hidden": true });
  element.style.color = `var(${colour})`;
  return element;
}

/** @param {number} number */
export function dash(number) {
  return DASHES[Math.floor((number - 1) / COLOURS) % DASHES.length];
}

/**
 * @param {Elements} elements
 * @param {Data} data
 */
export function render(elements, data) {
  const { chart: place, slider } = elements;
  const lines = data.lines.filter(({ x }) => x.length > 0).map(thinned);
  const points = lines.length > 0 ? joined(lines) : [[]];
  const count = points[0].length;
  if (slider) {
    slider.disabled = count === 0;
    slider.max = String(Math.max(1, count));
  }
  if (count === 0) {
    clear(elements, data);
    return;
  }
  const drawn = { ...data, lines };
  // uPlot takes its series and the kind of its axis only once.
  const key = JSON.stringify([data.log, ...lines.map(({ name, dots }) => [name, dots])]);
  const chart = charts.get(place);
  if (chart?.key === key) {
    Object.assign(chart, { data: drawn, values: points });
    chart.plot?.setData(/** @type {uPlot.AlignedData} */ (points));
  } else {
    destroy(place);
    make(elements, drawn, key, points);
  }
  place.setAttribute("aria-label", data.label);
}

/** All lines over one axis; where a line has no value there is none, and it goes on. @param {Line[]} lines @returns {[number[], ...Values[]]} */
function joined(lines) {
  const tables = lines.map(({ x, y }) => /** @type {uPlot.AlignedData} */ ([x, y]));
  return /** @type {any} */ (uPlot.join(tables));
}

/**
 * How many neighbours become one point of a line of so many values: a power of two, so that lines
 * of any length have their points at the same places.
 *
 * @param {number} length
 */
export function grouping(length) {
  return 2 ** Math.max(0, Math.ceil(Math.log2(length / MOST)));
}

/**
 * Means of neighbours, each where its last one is.
 *
 * @param {number[]} values
 * @param {number} size of a group
 * @param {(index: number) => number} along
 */
export function means(values, size, along) {
  /** @type {{ x: number[], y: number[] }} */
  const found = { x: [], y: [] };
  for (let begin = 0; begin < values.length; begin += size) {
    const end = Math.min(begin + size, values.length);
    let sum = 0;
    for (let i = begin; i < end; i += 1) sum += /** @type {number} */ (values[i]);
    found.x.push(along(end - 1));
    found.y.push(sum / (end - begin));
  }
  return found;
}

/** @param {Line} line @returns {Line} */
function thinned(line) {
  const size = grouping(line.x.length);
  const at = (/** @type {number} */ index) => /** @type {number} */ (line.x[index]);
  return size === 1 ? line : { ...line, ...means(line.y, size, at) };
}

/** @param {HTMLElement} place */
function destroy(place) {
  charts.get(place)?.plot?.destroy();
  charts.delete(place);
  vectors.delete(place);
  place.replaceChildren();
}

/** @param {Elements} elements @param {Data} data */
function clear({ chart, readout }, { empty = "" }) {
  destroy(chart);
  chart.append(h("p", { class: "empty-state" }, empty));
  chart.setAttribute("aria-label", "No run yet");
  if (readout) readout.textContent = "";
}

/**
 * @param {Elements} elements
 * @param {Data} data
 * @param {string} key
 * @param {Values[]} points
 */
function make(elements, data, key, points) {
  const place = elements.chart;
  /** @type {Chart} */
  const chart = { plot: undefined, data, key, values: points, colours: new Map() };
  charts.set(place, chart);
  vectors.set(place, () => asSvg(chart.plot, chart.data, (name) => resolved(chart, place, name)));
  fit(elements, chart);
  const themed = () => recolour(chart);
  const observer = new ResizeObserver(() => {
    const there = charts.get(place) === chart;
    if (there && place.isConnected) {
      fit(elements, chart);
      return;
    }
    observer.disconnect();
    document.removeEventListener("themechange", themed);
    if (there) destroy(place); // uPlot keeps whatever it was not told to forget
  });
  observer.observe(place);
  document.addEventListener("themechange", themed);
}

/** Draw in the size that there is; what is not shown yet has none, and no colours. @param {Elements} elements @param {Chart} chart */
function fit(elements, chart) {
  const { chart: place } = elements;
  if (place.clientWidth === 0) return;
  if (chart.plot) chart.plot.setSize(sizeOf(place));
  else {
    const points = /** @type {uPlot.AlignedData} */ (chart.values);
    chart.plot = new uPlot(options(elements, chart), points, place);
  }
}

/** @param {HTMLElement} place */
function sizeOf(place) {
  return { width: place.clientWidth, height: place.clientHeight || HEIGHT };
}

/** @param {Chart} chart */
function recolour({ colours, plot }) {
  colours.clear();
  plot?.redraw(false, true);
}

/**
 * @param {Elements} elements
 * @param {Chart} chart
 * @returns {uPlot.Options}
 */
function options(elements, chart) {
  const { log, lines } = chart.data;
  const place = elements.chart;
  const colour = (/** @type {string} */ name) => () => resolved(chart, place, name);
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: `11px ${getComputedStyle(place).fontFamily}`,
  };
  return {
    ...sizeOf(place),
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false, distr: log ? 3 : 1 },
      y: { range: () => heights(chart.data) },
    },
    axes: [
      { ...axis, size: 28 },
      { ...axis, size: 42 },
    ],
    series: [{}, ...lines.map((line) => series(line, colour))],
    hooks: {
      drawClear: [(plot) => drawReferences(plot, chart.data.references ?? [], colour)],
      setCursor: [
        ({ cursor }) => {
          if (cursor.idx == null) return;
          if (elements.slider) elements.slider.value = String(cursor.idx + 1);
          tell(elements, cursor.idx);
        },
      ],
    },
  };
}

/** @param {Line} line @param {(name: string) => () => string} colour @returns {uPlot.Series} */
function series(
  { name, colour: token, dash: dashes = [], dots = false, line = true, faint = false },
  colour,
) {
  const stroke = colour(token);
  return {
    ...(line ? {} : { paths: () => null }),
    ...{ label: name, stroke, dash: dashes, width: faint ? 1 : 2, alpha: faint ? 0.5 : 1 },
    points: { show: dots, size: 6, fill: stroke, stroke },
  };
}

/** @param {Data} data @returns {[number, number]} */
function heights({ lines, references }) {
  const marks = (references ?? []).map(({ loss }) => loss).filter(Number.isFinite);
  const firsts = lines.map(({ y }) => y[0] ?? 0);
  // Where there is something to compare a loss with, and where something else may rise as it likes.
  const ceiling = references ? CEILING * Math.max(...firsts, ...marks) : Number.POSITIVE_INFINITY;
  let [low, high] = [Math.min(...marks, ...firsts), Math.max(...marks, ...firsts)];
  for (const { y } of lines) {
    for (const value of y) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  high = Math.min(high, ceiling);
  const span = high - low || 1;
  const room = marks.length > 0 ? 0.18 : 0.06; // for two labels below
  return [low - room * span, high + 0.06 * span];
}

/**
 * @param {uPlot} plot
 * @param {Reference[]} references
 * @param {(name: string) => () => string} colour
 */
function drawReferences(plot, references, colour) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("--muted")();
  ctx.setLineDash([3 * ratio, 4 * ratio]);
  ctx.lineWidth = ratio;
  ctx.font = `${11 * ratio}px ${getComputedStyle(plot.root).fontFamily}`;
  ctx.textAlign = "right";
  ctx.textBaseline = "alphabetic";
  for (const { label, loss, line = -0.3 } of references) {
    if (!Number.isFinite(loss)) continue;
    const y = Math.round(plot.valToPos(loss, "y", true));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y + 12 * line * ratio);
  }
  ctx.restore();
}

/** A canvas knows no custom properties. @param {Chart} chart @param {HTMLElement} place @param {string} name */
function resolved(chart, place, name) {
  let colour = chart.colours.get(name);
  if (colour === undefined) {
    const probe = h("span");
    probe.style.color = `var(${name})`;
    place.append(probe);
    colour = getComputedStyle(probe).color;
    probe.remove();
    chart.colours.set(name, colour);
  }
  return colour;
}

/**
 * Read all lines at one place of the slider, from 1.
 *
 * @param {Elements} elements
 * @param {number} place
 */
export function read(elements, place) {
  const chart = charts.get(elements.chart);
  const x = chart?.values[0]?.[place - 1];
  // Its hook tells the values.
  if (chart?.plot && x != null) {
    chart.plot.setCursor({ left: chart.plot.valToPos(x, "x"), top: 0 });
  }
}

/** @param {Elements} elements @param {number} at */
function tell({ chart: place, slider, readout }, at) {
  const chart = charts.get(place);
  if (chart === undefined || readout === undefined) return;
  const [xs = [], ...values] = chart.values;
  const told = chart.data.lines.flatMap(({ name }, i) => {
    const value = valueAt(values[i] ?? [], at);
    return value === undefined ? [] : [`${name}: ${decimal(value)}`];
  });
  const x = xs[at] ?? 0;
  const where = chart.data.unit === "seconds" ? `After ${x.toFixed(1)} s` : `Step ${whole(x)}`;
  readout.textContent = `${where} – ${told.join(", ")}`;
  slider?.setAttribute("aria-valuetext", readout.textContent);
}

/** The last value up to there, of a line that goes on. @param {Values} values @param {number} at */
function valueAt(values, at) {
  if (!values.slice(at).some((value) => value != null)) return undefined;
  return values.slice(0, at + 1).findLast((value) => value != null) ?? undefined;
}
