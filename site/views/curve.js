/** The loss at each step of every run, drawn as it comes, with lines to compare it with. */

import uPlot from "uplot";
import { decimal, h, whole } from "../dom.js";

/** @typedef {{ number: number, losses: number[] }} Run */
/** @typedef {{ label: string, loss: number, line?: number }} Reference line: of text, below it */
/** @typedef {{ chart: HTMLElement, slider: HTMLInputElement, readout: HTMLElement }} Elements */
/** @typedef {{ runs: Run[], references: Reference[], log: boolean }} Data */

const HEIGHT = 230; // px, of the place that layout keeps too
const COLOURS = 6; // the tokens --run-1 to --run-6
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const CEILING = 1.6; // times the largest first loss: a run that explodes would flatten the others

/** @typedef {{ plot: uPlot, data: Data, key: string, colours: Map<string, string> }} Chart */
/** @type {WeakMap<HTMLElement, Chart>} */
const charts = new WeakMap();

/**
 * @param {Elements} elements
 * @param {Data} data
 */
export function render(elements, data) {
  const longest = Math.max(0, ...data.runs.map(({ losses }) => losses.length));
  elements.slider.disabled = longest === 0;
  elements.slider.max = String(Math.max(1, longest));
  if (longest === 0) {
    clear(elements);
    return;
  }
  const points = /** @type {uPlot.AlignedData} */ ([
    Array.from({ length: longest }, (_, i) => i + 1),
    ...data.runs.map(({ losses }) => losses),
  ]);
  // uPlot takes its series and the kind of its axis only once.
  const key = `${data.log} ${data.runs.map(({ number }) => number).join(" ")}`;
  const chart = charts.get(elements.chart);
  if (chart?.key === key) {
    chart.data = data;
    chart.plot.setData(points);
  } else {
    clear(elements);
    make(elements, data, key, points);
  }
  elements.chart.setAttribute("aria-label", inWords(data));
}

/** @param {Elements} elements */
function clear({ chart, readout }) {
  charts.get(chart)?.plot.destroy();
  charts.delete(chart);
  chart.replaceChildren(
    h("p", { class: "empty-state" }, "Gradient descent draws its loss here, step by step."),
  );
  chart.setAttribute("aria-label", "No run yet");
  readout.textContent = "";
}

/**
 * @param {Elements} elements
 * @param {Data} data
 * @param {string} key
 * @param {uPlot.AlignedData} points
 */
function make(elements, data, key, points) {
  const place = elements.chart;
  place.replaceChildren();
  const chart = /** @type {Chart} */ ({ data, key, colours: new Map() });
  charts.set(place, chart);
  chart.plot = new uPlot(options(elements, chart), points, place);
  const observer = new ResizeObserver(() => {
    if (charts.get(place) !== chart) observer.disconnect();
    else if (place.clientWidth > 0)
      chart.plot.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  observer.observe(place);
}

/** The theme has changed. @param {HTMLElement} place */
export function recolour(place) {
  const chart = charts.get(place);
  chart?.colours.clear();
  chart?.plot.redraw(false, true);
}

/**
 * @param {Elements} elements
 * @param {Chart} chart
 * @returns {uPlot.Options}
 */
function options(elements, chart) {
  const { log, runs } = chart.data;
  const place = elements.chart;
  const colour = (/** @type {string} */ name) => () => resolved(chart, place, name);
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: `11px ${getComputedStyle(place).fontFamily}`,
  };
  return {
    width: place.clientWidth,
    height: HEIGHT,
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
    series: [
      {},
      ...runs.map(({ number }) => ({
        label: `Run ${number}`,
        stroke: colour(`--run-${runColour(number)}`),
        dash: dash(number),
        width: 2,
        points: { show: false },
      })),
    ],
    hooks: {
      drawClear: [(plot) => drawReferences(plot, chart.data.references, colour)],
      setCursor: [
        ({ cursor }) => {
          if (cursor.idx == null) return;
          elements.slider.value = String(cursor.idx + 1);
          tell(elements, cursor.idx + 1);
        },
      ],
    },
  };
}

/** @param {number} number of a run, from 1 */
export function runColour(number) {
  return ((number - 1) % COLOURS) + 1;
}

/** @param {number} number */
export function dash(number) {
  return DASHES[Math.floor((number - 1) / COLOURS) % DASHES.length];
}

/** @param {Data} data @returns {[number, number]} */
function heights({ runs, references }) {
  const lines = references.map(({ loss }) => loss).filter(Number.isFinite);
  const firsts = runs.map(({ losses }) => losses[0] ?? 0);
  const ceiling = CEILING * Math.max(...firsts, ...lines);
  let [low, high] = [Math.min(...lines, ...firsts), Math.max(...lines, ...firsts)];
  for (const { losses } of runs) {
    for (const loss of losses) {
      if (loss < low) low = loss;
      if (loss > high) high = loss;
    }
  }
  high = Math.min(high, ceiling);
  const span = high - low || 1;
  return [low - 0.18 * span, high + 0.06 * span]; // with room for two labels below
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
 * Read all runs at one step.
 *
 * @param {Elements} elements
 * @param {number} step
 */
export function read(elements, step) {
  const plot = charts.get(elements.chart)?.plot;
  // Its hook tells the values.
  plot?.setCursor({ left: plot.valToPos(step, "x"), top: 0 });
}

/** @param {Elements} elements @param {number} step */
function tell({ chart, slider, readout }, step) {
  const runs = charts.get(chart)?.data.runs ?? [];
  const values = runs
    .filter(({ losses }) => losses.length >= step)
    .map(({ number, losses }) => `run ${number}: ${decimal(losses[step - 1] ?? Number.NaN)}`);
  const text = `Step ${whole(step)} – ${values.join(", ")}`;
  readout.textContent = text;
  slider.setAttribute("aria-valuetext", text);
}

/** @param {Data} data */
function inWords({ runs, references }) {
  const falls = runs
    .filter(({ losses }) => losses.length > 0)
    .map(
      ({ number, losses }) =>
        `Run ${number} goes from ${decimal(losses[0] ?? Number.NaN)} to ${decimal(losses.at(-1) ?? Number.NaN)} in ${whole(losses.length)} steps.`,
    );
  const lines = references.map(({ label }) => label).join("; ");
  return `Loss at each training step. ${falls.join(" ")} To compare: ${lines}.`;
}
