/**
 * What a person can set, once: each setting is a control of the same id and a part of the address, so
 * that a link gives the same words. What a value may be is decided in py/makemore/settings.py; the
 * settings of the models are described there too, and their fields made of it.
 */

/** @typedef {import("./types").Constraint} Constraint */

/** Of the words that are made; each has its control in index.html. */
const NAMES = /** @type {const} */ ([
  ...["starts", "ends", "contains", "without", "pattern", "differs", "shortest", "longest"],
  ...["new_only", "no_repeats", "count", "temperature", "top_k", "never"],
  ...["seed", "weights_seed", "era"],
]);
const ASKED = NAMES.slice(0, 9);
/** What a link carries that is no setting. */
const CARRIED = new Set(["list", "model", "with", "shown", "sum", "notebook", "present"]);
const LONGEST_VALUE = 200; // a link is input like any other
const LONGEST_NEVER = 8000; // words and pieces that are not to be shown
/** What models were called in links before. @type {Record<string, string>} */
const OLD_KINDS = { counting: "bigram", gradient: "bigram-net" };

/** @param {string} id @returns {HTMLInputElement | HTMLSelectElement} */
export function control(id) {
  const element = document.getElementById(id);
  if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return element;
  throw new Error(`There is no control with the id ${id}.`);
}

/** @param {HTMLInputElement | HTMLSelectElement} element as typed */
function typed(element) {
  if (element.type === "checkbox" && element instanceof HTMLInputElement) {
    return element.checked ? "1" : "0";
  }
  // A number field that holds no number has the value "": say so, and not "it is empty".
  return element.validity.badInput ? "no number" : element.value;
}

/** @param {string} name what its control holds, as typed */
export function value(name) {
  return typed(control(name));
}

/** @param {string} name @param {string} text */
export function put(name, text) {
  const element = control(name);
  if (element instanceof HTMLInputElement && element.type === "checkbox") {
    element.checked = text === "1";
  } else {
    element.value = text;
  }
}

/** All of them, to come back to. @returns {Record<string, string>} */
export function all() {
  return Object.fromEntries(NAMES.map((name) => [name, value(name)]));
}

/** @param {Record<string, string>} values as of `all` */
export function putAll(values) {
  for (const name of NAMES) {
    const text = values[name];
    if (text !== undefined) put(name, text);
  }
}

/** @returns {Constraint} what the words are to be like */
export function constraint() {
  const of = Object.fromEntries(ASKED.map((name) => [name, value(name)]));
  return /** @type {any} */ ({ ...of, new_only: of.new_only === "1" });
}

/** @returns {string[]} pieces of words that are not to be shown; after "=", whole words */
export function never() {
  return piecesIn(value("never"));
}

/** @param {string} text with blanks or commas between pieces, and quotes around those with such within */
export function piecesIn(text) {
  return [...text.matchAll(/(=?)"((?:[^"]|"")+)"|[^\s,;]+/g)].map(([piece, is = "", quoted]) =>
    quoted === undefined ? piece : is + quoted.replaceAll('""', '"'),
  );
}

/** @param {string[]} pieces @returns {string} what `piecesIn` reads */
export function neverText(pieces) {
  return pieces
    .map((piece) => {
      const [, is = "", text = ""] = /^(=?)(.*)$/s.exec(piece) ?? [];
      return /[\s,;"]/.test(text) ? `${is}"${text.replaceAll('"', '""')}"` : piece;
    })
    .join(" ");
}

/** @param {string[]} pieces */
export function putNever(pieces) {
  put("never", neverText(pieces));
}

/** Ask for nothing in particular: every word that the model draws is shown. */
export function noFilters() {
  for (const name of ASKED) put(name, name === "new_only" ? "0" : "");
  put("no_repeats", "0");
  put("never", "");
}

/** Names of what a person has set since a list was asked for. @type {Set<string>} */
const touched = new Set();

/** From now on, what a person sets is for the list that is to come. */
export function expectList() {
  touched.clear();
}

export function listen() {
  document.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLElement) touched.add(target.id);
  });
}

/**
 * Let all settings be as they are at first, for a list with words of these lengths, but for what
 * was set since that list was asked for.
 *
 * @param {number[] | undefined} lengths
 */
export function begin(lengths) {
  for (const name of NAMES) {
    if (name !== "never" && !touched.has(name)) put(name, standard(name));
  }
  lengthsOf(lengths);
}

/** Words as long as those of the list are what people want. @param {number[] | undefined} lengths */
export function lengthsOf(lengths) {
  const ends = { shortest: lengths?.[0], longest: lengths?.[1] };
  for (const [name, length] of Object.entries(ends)) {
    const element = /** @type {HTMLInputElement} */ (control(name));
    if (!fromLink.has(name) && !touched.has(name))
      element.value = length === undefined ? "" : String(length);
    standards.set(name, length === undefined ? "" : String(length));
  }
}

/**
 * A setting has another default now; it follows, unless a person or the address has set it.
 *
 * @param {string} name
 * @param {string} [text] by default what the page begins with
 */
export function follow(name, text = /** @type {HTMLInputElement} */ (control(name)).defaultValue) {
  const before = standard(name);
  standards.set(name, text);
  if (!fromLink.has(name) && value(name) === before) put(name, text);
}

/** @type {Map<string, string>} */
const standards = new Map();
/** Names that the address gave, which a list's own do not replace. @type {Set<string>} */
const fromLink = new Set();

/** @param {string} name @returns {string} its default, as typed */
export function standard(name) {
  const known = standards.get(name);
  if (known !== undefined) return known;
  const element = control(name);
  const first =
    element instanceof HTMLSelectElement
      ? ([...element.options].find(({ defaultSelected }) => defaultSelected)?.value ?? "")
      : element.type === "checkbox"
        ? element.defaultChecked
          ? "1"
          : "0"
        : element.defaultValue;
  standards.set(name, first);
  return first;
}

/**
 * @typedef {object} Link
 * @property {string | null} list the id of a built-in list
 * @property {string | null} kind of model
 * @property {Record<string, string>} model its settings
 * @property {Record<string, string>} asked all other settings
 * @property {string[]} problems values that cannot be used
 * @property {string | null} carried see page/link.js
 * @property {number} shown how many words it shows
 * @property {string | null} sum of them
 * @property {boolean} notebook whether models learn the whole list, as in the notebook
 * @property {boolean} old of a time when there were fewer settings
 */

/** What this page itself wrote into the address, or has opened. @type {Set<string>} */
const addresses = new Set();

/** What the address asks for, however the page is shown. */
function asked() {
  const query = new URLSearchParams(location.hash.split(/\?(.*)/s)[1] ?? "");
  query.delete("present");
  return String(query);
}

/** Whether another link came into the address: pasted, or followed from within the page. */
export function isNewLink() {
  return asked() !== "" && !addresses.has(asked());
}

/** @returns {Link} what the address says */
export function fromUrl() {
  const [, inHash = ""] = location.hash.split(/\?(.*)/s);
  const old = new URLSearchParams(location.search);
  const query = inHash === "" ? old : new URLSearchParams(inHash);
  const kind = query.get("model");
  /** @type {Link} */
  const link = {
    ...{ list: query.get("list"), kind: kind && (OLD_KINDS[kind] ?? kind), ...nothing() },
    ...{ carried: query.get("with"), sum: query.get("sum") },
    notebook: query.get("notebook") === "1",
    shown: Math.min(Math.max(0, Math.trunc(Number(query.get("shown")) || 0)), 100_000),
  };
  addresses.add(asked());
  for (const [name, text] of query) {
    if (CARRIED.has(name)) continue;
    if (text.length > (name === "never" ? LONGEST_NEVER : LONGEST_VALUE))
      link.problems.push(`“${name}” is too long`);
    else if (!NAMES.includes(/** @type {any} */ (name))) link.model[name] = text;
    else if (fits(name, text)) link.asked[name] = text;
    else link.problems.push(`“${name}” cannot be ${JSON.stringify(text.slice(0, 40))}`);
  }
  // What this device never shows would leave words out that the link has.
  if (link.shown > 0) link.asked.never ??= "";
  link.old = inHash === "" && [...old.keys()].some((name) => name !== "list");
  // Such a link is of a time when there were two models, and nothing could be asked of words.
  if (link.old) link.kind ??= "bigram";
  return link;
}

/** Put what a link asks for into the form. @param {Link} link */
export function putLink({ asked: given, old }) {
  if (old) {
    for (const name of [...ASKED, "no_repeats"]) fromLink.add(name);
    noFilters();
  }
  for (const [name, text] of Object.entries(given)) {
    if (name !== "never") fromLink.add(name);
    put(name, text);
  }
}

function nothing() {
  return { model: {}, asked: {}, problems: [], old: false };
}

/** @param {string} name @param {string} text */
function fits(name, text) {
  const element = control(name);
  if (element instanceof HTMLSelectElement) {
    return [...element.options].some((option) => option.value === text);
  }
  if (element.type === "checkbox") return text === "0" || text === "1";
  if (element.type !== "number") return true;
  // What has a value at first needs one.
  if (text === "" && element instanceof HTMLInputElement) return element.defaultValue === "";
  // Of what is no number for it, a browser warns.
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text))) return false;
  const before = element.value;
  element.value = text;
  const fitting = element.value !== "" && element.validity.valid;
  element.value = before;
  return fitting;
}

/** From now on a new list has its own settings. */
export function linkDone() {
  fromLink.clear();
}

/**
 * What differs from the defaults, for an address.
 *
 * @param {{ list?: string, kind: string, model: Record<string, string> }} chosen the built-in list
 *   in use, if it is one; the model and those of its settings that were changed
 * @returns {URLSearchParams}
 */
export function query({ list, kind, model }) {
  const query = new URLSearchParams();
  if (list) query.set("list", list);
  if (kind !== "auto") query.set("model", kind);
  for (const [name, text] of Object.entries(model)) query.set(name, text);
  for (const name of NAMES) {
    const text = value(name);
    if (text !== standard(name) && name !== "never") query.set(name, text);
  }
  return query;
}

/** Write what differs from the defaults into the address. @param {Parameters<typeof query>[0]} chosen */
export function toUrl(chosen) {
  const differing = query(chosen);
  const [place = ""] = location.hash.split("?");
  const hash = differing.size > 0 ? `${place || "#make"}?${differing}` : place;
  addresses.add(String(differing));
  // Even without a change it would make the browser lay out the whole page at once.
  if (hash === location.hash && location.search === "") return;
  history.replaceState(history.state, "", `${location.pathname}${hash}`);
}
