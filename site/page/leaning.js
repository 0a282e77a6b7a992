/** Lists that a short one may lean on: those that the page brings, and those kept on this device. */

import { safe } from "../dom.js";
import * as actions from "./actions.js";
import * as kept from "./kept.js";
import * as lists from "./lists.js";
import { state } from "./page.js";

const FEW = 2000; // words: so short a list leans by itself on what helps
const LONGEST = 5_000_000; // bytes of a list of one's own
const MOST = 0.75; // of the symbols
const SOON = 2000; // ms

/** @typedef {{ name: string, source: import("./lists.js").Source }} Leanable */

/** @type {Leanable[]} */
let builtIn = [];
/** @type {Leanable[]} */
let own = [];
/** Names of those that Python has. @type {Set<string>} */
const lent = new Set();

/** Python is another one, which has none of them. */
export function forget() {
  lent.clear();
}

/**
 * Look which there are.
 *
 * @param {import("../types").BuiltInList[]} [known] those that the page brings
 * @returns {Promise<boolean>} whether they are others than before
 */
export async function find(known) {
  const before = names();
  const all = known ?? (await lists.builtInLists());
  builtIn = all.map((list) => ({ name: list.title, source: lists.builtIn(list) }));
  const projects = kept.wanted() ? await kept.all().catch(() => []) : [];
  own = projects.flatMap(({ id, name, list: { blob, options, pasted } }) => {
    if (!blob || blob.size > LONGEST) return [];
    // Several may have the same name.
    const named = `${name}, kept as ${id.slice(0, 4)}`;
    return [{ name: named, source: { name: named, pasted, options, blob: async () => blob } }];
  });
  return names() !== before;
}

function names() {
  return JSON.stringify([...builtIn, ...own].map(({ name }) => name));
}

/** @param {string} [chosen] which is offered even if it is not there @returns {[string, string][]} */
export function choices(chosen) {
  const all = [...builtIn, ...own].map(({ name }) => name);
  const missing = chosen && chosen !== "none" && !all.includes(chosen) ? [chosen] : [];
  const each = [...all, ...missing].map(
    (name) => /** @type {[string, string]} */ ([name, safe(name)]),
  );
  return [["", "what helps"], ["none", "none"], ...each];
}

/**
 * Give Python the lists to lean on: the one that was chosen, or for a short list those of the page
 * that have most of its letters.
 *
 * @param {unknown} chosen
 */
export async function lend(chosen) {
  if (chosen === "none") return;
  if (chosen) {
    if (!own.some(({ name }) => name === chosen)) await find();
    const list = [...builtIn, ...own].find(({ name }) => name === chosen);
    if (list && !lent.has(list.name)) await give(list, await list.source.blob());
    return;
  }
  if ((state.summary?.count ?? FEW) >= FEW) return;
  if (builtIn.length === 0) await find();
  const wanted = builtIn.filter(
    ({ name, source }) => source.id !== state.listId && !lent.has(name),
  );
  // One that cannot be had soon helps nobody, and is in nobody's way.
  const late = new Promise((resolve) => setTimeout(resolve, SOON));
  const coming = wanted.map((list) => list.source.blob().catch(() => undefined));
  for (const [at, list] of wanted.entries()) {
    const blob = await Promise.race([coming[at], late]);
    if (blob instanceof Blob && covers(await blob.text())) await give(list, blob);
  }
}

/** @param {Leanable} list @param {Blob} blob */
async function give({ name, source }, blob) {
  const { guessed: _, ...options } = source.options ?? {};
  await actions.lend(name, await blob.arrayBuffer(), options);
  lent.add(name);
}

/**
 * Whether a text has most symbols of the list in use, which is folded; which list helps, Python says.
 *
 * @param {string} text
 */
function covers(text) {
  const letters = new Set(text.toLowerCase());
  const symbols = (state.summary?.symbols ?? []).slice(1);
  return symbols.filter((symbol) => letters.has(symbol)).length >= MOST * symbols.length;
}
