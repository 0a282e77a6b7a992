/** Words as they are asked for: made, made more, made exactly again; and what came of the asking. */

import { byId, counted, safe, whole } from "../dom.js";
import * as settings from "../settings.js";
import * as actions from "./actions.js";
import { ActionError, DeathError } from "./engine.js";
import * as files from "./files.js";
import * as loads from "./loads.js";
import * as models from "./models_panel.js";
import { checksum } from "./packed.js";
import { attempt, attemptOnce, onSubmit, refresh, say, state } from "./page.js";
import * as words from "./words_panel.js";

/** @typedef {import("../types").GeneratedWord} GeneratedWord */
/** @typedef {import("../types").MadeReport} MadeReport */
/** @typedef {import("../types").MakeRequest} MakeRequest */

const DRAWN = 1000; // words at most that are put on the page at once; more go into a file
const PAUSE = 150; // ms after the last key, before it is asked how likely such words are
const NEVER_KEY = "makemore.never";

const tally = byId("words-note");

/** Whether Python was started anew since it made what is shown. */
let rewound = false;

/** From now on Python is another one, which has not made what is shown. */
export function rewind() {
  rewound = true;
}

/** What the words that are shown were asked by. @type {{ model: string, asked: string } | undefined} */
let shownBy;
/** Of the words that are shown: how many were drawn, and why others were left out. */
let totals = { drawn: 0, reasons: /** @type {Record<string, number>} */ ({}) };
let stopping = new AbortController();

export function listen() {
  onSubmit("make-form", makeMore);
  byId("generate").addEventListener("click", () => attemptOnce("make-form", generate));
  byId("renew").addEventListener("click", () => attemptOnce("make-form", makeMore));
  byId("make-stop").addEventListener("click", () => stopping.abort());
  byId("as-notebook").addEventListener("click", () => attemptOnce("make-form", asInTheNotebook));
  byId("copy").addEventListener("click", () => attempt(copy));
  byId("download").addEventListener("click", () => attempt(download));
  byId("words-csv").addEventListener("click", () => attempt(saveScores));
  for (const name of ["reproduce", "finer"]) {
    const button = byId(`${name}-button`);
    button.addEventListener("click", () => {
      const open = byId(name).hidden;
      byId(name).hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    });
  }
  byId("make-form").addEventListener("input", ({ target }) => {
    if (target instanceof Element && target.closest(".asked-fields")) {
      if (target.id !== "count") state.notebook = false; // something else is asked for now
      askHowLikely();
    }
    if (target === byId("never")) remember(settings.value("never"));
  });
  settings.put("never", remembered());
}

/** Make words with the chosen model; they come after those that are shown, if these are its own. */
export async function makeMore() {
  await loads.idle();
  await more();
}

async function more() {
  let skip = 0;
  await models.ensure();
  const request = asked(null);
  const by = askedBy(request);
  if (shownBy?.model !== by.model || shownBy.asked !== by.asked) {
    // Other words begin from the seed: so they can be had again.
    begin();
    request.seed = settings.value("seed");
  } else if (rewound) {
    // A Python that has not made these words makes them again, unseen, and goes on from there.
    skip = words.count();
    request.seed = settings.value("seed");
    request.count = String(skip + Number(request.count));
    totals = { drawn: 0, reasons: {} };
  }
  await make(request, by, skip);
}

/** @param {string[]} starred words that others are to be like */
export async function makeMoreLike(starred) {
  await models.moreLike(starred);
  await makeMore();
}

/** Make words from the seed anew: the same every time. */
async function generate() {
  await loads.idle();
  await models.ensure();
  const request = asked(settings.value("seed"));
  begin();
  await make(request, askedBy(request));
}

/** @param {MakeRequest} request */
function askedBy({ count: _, seed: __, ...request }) {
  return { model: modelNow(), asked: JSON.stringify([request, settings.value("seed")]) };
}

/** Whether the words that are shown are those that the settings as they are now give. */
export function reproducible() {
  return shownBy?.asked === askedBy(asked(null)).asked && shownBy.model === modelNow();
}

/**
 * What gives the words that are shown again, or as many as are asked for if other settings made them.
 *
 * @returns {MakeRequest}
 */
export function request() {
  const now = asked(settings.value("seed"));
  return reproducible() && words.count() > 0 ? { ...now, count: String(words.count()) } : now;
}

/**
 * Show the words of a link.
 *
 * @param {number} count
 * @param {string | null} sum of them
 * @returns {Promise<string>} whether they are the same
 */
export async function again(count, sum) {
  begin();
  const request = { ...asked(settings.value("seed")), count: String(count) };
  await make(request, askedBy(request));
  const same = checksum(words.snapshot().map(({ word }) => word)) === sum;
  return same
    ? ` These are the ${counted(count, "word")} of the link.`
    : " The words differ from those of the link, which another version of this page may have made.";
}

/** Do what the notebook does: its model, its smoothing, its seeds, and nothing left out. */
async function asInTheNotebook() {
  await loads.idle();
  settings.noFilters();
  for (const name of ["temperature", "top_k", "seed", "weights_seed", "era"]) {
    settings.put(name, settings.standard(name));
  }
  state.notebook = true;
  models.choose("bigram", {});
  await models.train();
  await generate();
}

/** Make the first words of a new list, so that it shows at once what it is good for. */
export async function first() {
  begin();
  try {
    await more();
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    // A setting is out of range: pressing Make more will say which.
    tally.textContent = "Press Make more to make words like these.";
    words.clear();
  }
}

/** Other words take the place of those that are shown, once the first of them have come. */
function begin() {
  beginning = true;
}

let beginning = false;

/** @param {string | null} seed @returns {MakeRequest} */
function asked(seed) {
  return {
    ...{ kind: state.kind, count: settings.value("count"), seed, era: settings.value("era") },
    ...{ temperature: settings.value("temperature"), top_k: settings.value("top_k") },
    constraint: settings.constraint(),
    repeats: settings.value("no_repeats") === "0",
    never: settings.never(),
  };
}

/** What the words would be of now: a model, as it was trained. */
function modelNow() {
  const card = state.cards.get(state.kind);
  return card === undefined
    ? ""
    : `${state.kind} ${JSON.stringify([card.name, card.settings, card.step, card.train])}`;
}

/** @param {MakeRequest} request @param {{ model: string, asked: string }} by @param {number} [skip] words that are there already */
async function make(request, by, skip = 0) {
  rewound = false;
  stopping = new AbortController();
  const filed = Number(request.count) > DRAWN ? new Filed() : undefined;
  const before = beginning ? 0 : words.count();
  byId("make-stop").hidden = filed === undefined;
  let came = 0;
  /** @param {MadeReport} report */
  const follow = (report) => {
    if (report.drawn === 0 && !report.over) return; // a net has drawn only the first letters
    if (beginning) {
      beginning = false;
      totals = { drawn: 0, reasons: {} };
      words.clear();
    }
    shownBy = by;
    const fresh = report.words.slice(Math.min(skip, report.words.length));
    skip -= report.words.length - fresh.length;
    came += fresh.length;
    words.add(filed ? filed.take(fresh) : fresh);
    renderTally(report, filed);
  };
  try {
    const last = await actions.make(request, follow, stopping.signal);
    for (const [reason, count] of Object.entries(last.tally)) {
      totals.reasons[reason] = (totals.reasons[reason] ?? 0) + count;
    }
    totals.drawn += last.drawn;
    await words.settled();
    renderTally({ ...last, drawn: 0, tally: {} }, filed);
    if (filed) filed.save();
    report(last, came, before, filed);
  } finally {
    byId("make-stop").hidden = true;
    beginning = false;
    settings.toUrl({ list: state.listId, kind: state.kind, model: models.typedSettings() });
    refresh();
    mark();
  }
}

/** @param {MadeReport} last @param {number} came @param {number} before @param {Filed} [filed] */
function report(last, came, before, filed) {
  const also = state.training ? " Training goes on." : "";
  const total = before > 0 && !filed ? ` ${whole(words.count())} are shown.` : "";
  const over = last.over ? ` ${last.over}` : "";
  const where = filed ? " They are in makemore-words.txt." : "";
  say(`${counted(came, "word")} made.${total}${where}${over}${also}`, came === 0);
}

/** @param {MadeReport} report of what is being made @param {Filed} [filed] */
function renderTally(report, filed) {
  const drawn = totals.drawn + report.drawn;
  /** @type {Record<string, number>} */
  const reasons = { ...totals.reasons };
  for (const [reason, count] of Object.entries(report.tally)) {
    reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  const left = Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${whole(count)} ${reason}`);
  const shown = filed ? filed.count : words.count();
  const of = drawn > shown ? ` of ${whole(drawn)} drawn` : "";
  const why = left.length > 0 ? `: ${left.join(", ")}` : "";
  tally.textContent = `${whole(shown)} shown${of}${why}`;
  state.madeBy = report.model;
}

/** Words that are too many for the page: they stand in a file, the first of them on the page too. */
class Filed {
  count = 0;
  /** @type {string[]} */
  #parts = [];

  /** @param {GeneratedWord[]} some @returns {GeneratedWord[]} those to be shown */
  take(some) {
    const shown = some.slice(0, Math.max(0, 200 - this.count));
    this.#parts.push(some.map(({ word }) => `${word}\n`).join(""));
    this.count += some.length;
    return shown;
  }

  save() {
    files.save("makemore-words.txt", new Blob(this.#parts, { type: "text/plain" }));
  }
}

let timer = 0;
let asking = 0;

/** Tell how likely a word is as it is asked for now. */
export function askHowLikely() {
  clearTimeout(timer);
  timer = window.setTimeout(async () => {
    asking += 1;
    const mine = asking;
    if (!state.ready || !state.cards.has(state.kind)) return;
    const place = byId("allowed");
    try {
      const { possible, message } = await actions.allowed(
        state.kind,
        settings.constraint(),
        settings.value("temperature"),
      );
      if (mine !== asking) return;
      place.textContent = message;
      place.classList.toggle("problem", !possible);
    } catch (error) {
      if (error instanceof DeathError) return; // lifecycle.js tells of it; it is asked again then
      if (!(error instanceof ActionError)) throw error;
      if (mine !== asking) return;
      place.textContent = error.message;
      place.classList.add("problem");
    }
  }, PAUSE);
}

/** Say whether the words that are shown are of the model that is chosen now. */
export function mark() {
  const old =
    words.count() > 0 && shownBy !== undefined && state.loaded && shownBy.model !== modelNow();
  byId("generated").classList.toggle("outdated", old);
  byId("renew").hidden = !old;
}

/** What the words that are shown were asked by, to come back to it. */
export function snapshot() {
  const { madeBy } = state;
  return { shownBy, totals, madeBy, words: words.snapshot(), tally: tally.textContent ?? "" };
}

/** @param {ReturnType<typeof snapshot>} before */
export async function back(before) {
  ({ shownBy, totals } = before);
  state.madeBy = before.madeBy;
  tally.textContent = before.tally;
  await words.show(before.words);
  mark();
}

/** @param {GeneratedWord[]} made when the page was built @param {string} note */
export async function showPreview(made, note) {
  tally.textContent = note;
  await words.show(made);
}

async function copy() {
  await files.copy(words.text());
  say("The words are in the clipboard.");
}

async function download() {
  files.save("makemore-words.txt", new Blob([words.text()], { type: "text/plain" }));
  say("The words were downloaded as makemore-words.txt.");
}

async function saveScores() {
  files.save("makemore-words.csv", new Blob([words.scores()], { type: "text/csv" }));
  say(`${counted(words.count(), "word")} with scores under ${state.madeBy}: makemore-words.csv.`);
}

/** Never show a word, or a piece of words, again. @param {string} word */
export function neverShow(word) {
  settings.put("never", [...settings.never(), word].join(" "));
  remember(settings.value("never"));
  words.keep((made) => made.word !== word);
  say(`“${safe(word)}” will not be shown again. The list of such words is under Finer.`);
}

/** @param {string} text */
function remember(text) {
  try {
    localStorage.setItem(NEVER_KEY, text);
  } catch {
    // storage is not allowed: it holds until the page is left
  }
}

function remembered() {
  try {
    return localStorage.getItem(NEVER_KEY) ?? "";
  } catch {
    return "";
  }
}
