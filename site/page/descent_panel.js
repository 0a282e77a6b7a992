/** A run of the bigram net, step by step: play, pause, one step, any step; counting beside it. */

import { byId, h, shown } from "../dom.js";
import * as settings from "../settings.js";
import { tableOf } from "../tables.js";
import * as curveView from "../views/curve.js";
import * as heatmapView from "../views/heatmap.js";
import * as descentView from "../views/inside/descent.js";
import { ActionError } from "./engine.js";
import * as models from "./models_panel.js";
import { attempt, attemptOnce, engine, say, state } from "./page.js";

/** @typedef {import("../views/inside/types").Descended} Descended */
/** @typedef {import("../tables.js").Choice} Choice */

const KIND = "bigram-net";
const scrub = /** @type {HTMLInputElement} */ (settings.control("descent-step"));
const speed = /** @type {HTMLSelectElement} */ (settings.control("descent-speed"));
const chosen = /** @type {HTMLSelectElement} */ (settings.control("descent-table"));
// The step's own slider tells where the run is; the curve's would be a second one.
const curve = { chart: byId("descent-curve") };
const drawn = [curve.chart, byId("descent-table-view")];

/** A play that is under way has this number; another one, or a pause, ends it. */
let playing = 0;
let plays = 0;
/** The last step that was asked for: an older answer must not replace a newer one. */
let asked = 0;
/** Whether a person went to another step while the net trains: then it is not left again. */
let moved = false;
/** @type {() => boolean} */
let isHere = () => false;

/** @param {() => boolean} here whether the place is shown, and Python is ready */
export function listen(here) {
  isHere = here;
  byId("descent-play").addEventListener("click", () => {
    moved = true;
    attempt(playing ? pause : play);
  });
  byId("descent-one").addEventListener("click", () => {
    moved = true;
    stop();
    attemptOnce("descent", () => show(Math.min(Number(scrub.max), Number(scrub.value) + 1)));
  });
  scrub.addEventListener("input", () => {
    moved = true;
    stop();
    attemptOnce("descent", follow);
  });
  chosen.addEventListener("change", () => attempt(() => show(Number(scrub.value))));
  byId("descent").addEventListener("toggle", () => {
    if (open()) attempt(update);
    else stop();
  });
  addEventListener("hashchange", stop);
}

function open() {
  return /** @type {HTMLDetailsElement} */ (byId("descent")).open;
}

/** The net, the list or the settings are others now; while the net trains, its last step is shown. */
export async function update() {
  if (!open() || playing) return;
  const live = state.training && state.kind === KIND;
  if (!live) moved = false;
  try {
    await show(live && !moved ? null : Number(scrub.value));
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    byId("descent-state").replaceChildren(h("p", { class: "problem" }, error.message));
    for (const each of drawn) each.hidden = true; // it is of another run
  }
}

/** Show the step that the slider is at, until it moves no more. */
async function follow() {
  let step = -1;
  while (step !== Number(scrub.value)) {
    step = Number(scrub.value);
    await show(step, true);
  }
}

/** @param {number | null} step null for the last one that was done @param {boolean} [scrubbed] */
async function show(step, scrubbed = false) {
  asked += 1;
  const mine = asked;
  const settings = models.typedOf([KIND])[KIND];
  while (isHere() && mine === asked) {
    /** @type {Descended} */
    const data = await engine.call("inside_descent", { step, settings, whole: state.notebook });
    if (mine !== asked) return;
    await draw(data, scrubbed);
    // Many steps of a large table are done piece by piece.
    if (step === null || data.step >= Math.min(step, data.steps)) return;
  }
}

/** @param {Descended} data @param {boolean} scrubbed */
async function draw(data, scrubbed) {
  for (const each of drawn) each.hidden = false;
  scrub.max = String(data.steps);
  if (!scrubbed) scrub.value = String(data.step);
  scrub.setAttribute(
    "aria-valuetext",
    `Step ${data.step}, ${data.divergence.toFixed(4)} nats from counting`,
  );
  descentView.render(byId("descent-state"), data);
  curveView.render(curve, {
    lines: [{ name: "net", colour: "--run-1", x: data.curve.step, y: data.curve.loss }],
    references: [{ label: `counting ${data.goal.toFixed(4)}`, loss: data.goal }],
    label: `Loss at each step, ${data.loss.toFixed(4)} at the last; counting reaches ${data.goal.toFixed(4)}`,
    empty: "Descent draws its loss here, step by step.",
  });
  const labels = data.symbols.map((symbol, i) => shown(symbol, i === 0));
  if (data.rest > 0) labels.push("other");
  const of = /** @type {Choice["of"]} */ (chosen.value);
  const table = tableOf({ ...data, differences: [] }, { of, by: "probability" });
  await heatmapView.render(byId("descent-table-view"), {
    ...{ labels, shown: table, rest: data.rest },
    ...{ label: "Table at this step", keys: false },
  });
}

async function play() {
  plays += 1;
  playing = plays;
  const mine = playing;
  button("Pause");
  if (Number(scrub.value) >= Number(scrub.max)) scrub.value = "0";
  const [begin, from] = [performance.now(), Number(scrub.value)];
  try {
    while (playing === mine && Number(scrub.value) < Number(scrub.max)) {
      const seconds = (performance.now() - begin) / 1000;
      const step = from + Math.floor(seconds * Number(speed.value)) + 1;
      await show(Math.min(Number(scrub.max), step));
      const next = begin + (1000 * (step - from)) / Number(speed.value);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
  } finally {
    if (playing === mine) stop();
  }
  if (Number(scrub.value) >= Number(scrub.max)) {
    say(`Descent is at step ${scrub.value}: see how far from counting it ended.`);
  }
}

async function pause() {
  stop();
}

function stop() {
  playing = 0;
  button("Play");
}

/** @param {string} text */
function button(text) {
  byId("descent-play").textContent = text;
}
