/** The loss at each step, drawn as it comes. */

import uPlot from "../vendor/uPlot.esm.js";

const HEIGHT = 200;

/** @type {WeakMap<HTMLElement, uPlot>} */
const charts = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {number[]} losses the loss before each step, in nats per bigram
 */
export function render(element, losses) {
  element.hidden = losses.length === 0;
  if (element.hidden) return;
  const steps = losses.map((_, i) => i + 1);
  let chart = charts.get(element);
  if (chart === undefined) {
    chart = new uPlot(options(element), [steps, losses], element);
    charts.set(element, chart);
    new ResizeObserver(() => {
      if (element.clientWidth > 0) chart?.setSize({ width: element.clientWidth, height: HEIGHT });
    }).observe(element);
    return;
  }
  chart.setData([steps, losses]);
}

/** @param {HTMLElement} element @returns {uPlot.Options} */
function options(element) {
  const colour = (/** @type {string} */ name) => () =>
    getComputedStyle(element).getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { live: true },
    scales: { x: { time: false } },
    axes: [axis, { ...axis, size: 46 }],
    series: [
      { label: "Step" },
      { label: "Loss", stroke: colour("--accent"), width: 2, points: { show: false } },
    ],
  };
}
