/** What makemore.py prints, while the page does its run. */

import { byId } from "../dom.js";
import * as printedView from "../views/printed.js";

const MOST = 1000; // lines of a net that are kept

/** By net. @type {Map<string, string[]>} */
const printed = new Map();
let shown = "";
let drawing = false;

/** @param {string} kind of net, of which another run begins */
export function begin(kind) {
  printed.delete(kind);
  draw();
}

/** @param {string} kind @param {string[]} lines */
export function add(kind, lines) {
  if (lines.length === 0) return;
  printed.set(kind, [...(printed.get(kind) ?? []), ...lines].slice(-MOST));
  draw();
}

/** @param {string} kind of model that is chosen */
export function show(kind) {
  shown = kind;
  draw();
}

/** Forget all: another list is in use. */
export function reset() {
  printed.clear();
  draw();
}

/** Draw once a frame, however often lines come. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const elements = { part: byId("printed-part"), text: byId("printed") };
    printedView.render(elements, { lines: printed.get(shown) ?? [] });
  });
}
