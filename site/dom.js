/** Elements made without markup: text is only ever text. */

import { safe } from "./text.js";

export { quoted, safe } from "./text.js";

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 *   undefined and false leave an attribute out; true sets it empty
 * @param {...(Node | string)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  // What people gave stands in a bdi: it keeps its own direction, and is made safe here.
  const shown = tag === "bdi" ? children.map(safeIfText) : children;
  element.append(...shown);
  return element;
}

/** @param {Node | string} child */
function safeIfText(child) {
  return typeof child === "string" ? safe(child) : child;
}

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`There is no element with the id ${id}.`);
  return element;
}

const WHOLE = new Intl.NumberFormat("en-US");

/** @param {number} n */
export function whole(n) {
  return WHOLE.format(n);
}

/** Wait until the browser has drawn, or 100 ms in a page that is not drawn. */
export function nextFrame() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 100);
  });
}

/** @param {number} n @param {number} digits */
export function decimal(n, digits = 4) {
  if (Number.isNaN(n)) return "not a number";
  return Number.isFinite(n) ? n.toFixed(digits) : n > 0 ? "∞" : "−∞";
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * @param {number} n
 * @param {string} one
 * @param {string} [many]
 */
export function counted(n, one, many = `${one}s`) {
  return `${whole(n)} ${n === 1 ? one : many}`;
}

const NAMES = new Map([
  [" ", "␣"],
  ["\u00a0", "⍽"],
  ["\u3000", "□"],
  ["\u200c", "‹ZWNJ›"],
  ["\u200d", "‹ZWJ›"],
  ["\ufe0f", "‹VS16›"],
]);

const FULL_STOP = "‘.’"; // the name that vocabulary.py gives it too

/**
 * A symbol as it is shown. The boundary is a plain "."; a full stop that is a symbol of the list
 * gets quotes, so that the two cannot be confused.
 *
 * @param {string} symbol
 * @param {boolean} [boundary]
 */
export function shown(symbol, boundary = false) {
  if (boundary) return ".";
  return symbol === "." ? FULL_STOP : (NAMES.get(symbol) ?? safe(symbol));
}

/** A symbol of a pair, as Python names it: "." is the boundary. @param {string} name */
export function shownName(name) {
  return shown(name, name === ".");
}

/**
 * What the quotes mean, where there are any.
 *
 * @param {string[]} names that are shown, or texts made of them
 */
export function legend(names) {
  if (!names.some((name) => name.includes(FULL_STOP))) return "";
  return ` ${FULL_STOP} is a full stop in a word; “.” without quotes is a word’s start or end.`;
}
