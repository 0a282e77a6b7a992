/** Words as they are asked for: made, made more, made exactly again; and what came of the asking. */

import { byId, counted, safe, whole } from "../dom.js";
import * as settings from "../settings.js";
import * as actions from "./actions.js";
import { ActionError, DeathError } from "./engine.js";
import * as files from "./files.js";
import * as loads from "./loads.js";
import * as models from "./models_panel.js";
import * as never from "./never.js";
import { checksum } from "./packed.js";
import { attempt, attemptOnce, onSubmit, refresh, say, state } from "./page.js";
import * as words from "./words_panel.js";

/** @typedef {import("../types").GeneratedWord} GeneratedWord */
/** @typedef {import("../types").MadeReport} MadeReport */
/** @typedef {import("../types").MakeRequest} MakeRequest */

const DRAWN = 1000; // words at most that are put on the page at once; more go into a file
const PAUSE = 150; // ms after the last key, before it is asked how likely such words are
const MOST_KEPT = 20_000; // words that are not to come again

const tally = byId("words-note");

/** Whether Python was started anew since it made what is shown. */
let rewound = false;

/** From now on Python is another one, which has not made what is shown. */
export function rewind() {
  rewound = true;
}

/**
 * @typedef {object} By
 * @property {string} model
 * @property {string} asked
 * @property {string[]} never
 * @property {string[]} seen words that would have come, and were seen before
 * @property {boolean} [gap] whether words came between them that stand in a file only
 */

/** What the words that are shown were asked by. @type {By | undefined} */
let shownBy;
/** The model that made them, as it was then. @type {import("../types").Card | undefined} */
let maker;
/** All words that have come from each model of the list: none is given again. @type {Map<string, Set<string>>} */
let given = new Map();
/** Of the words that are shown: how many were drawn, and why others were left out. */
let totals = { drawn: 0, reasons: /** @type {Record<string, number>} */ ({}) };
/** Whether the words that are shown are of a list that is no longer in use. */
let ofListBefore = false;
let stopping = new AbortController();

export function listen() {
  onSubmit("make-form", makeMore);
  byId("generate").addEventListener("click", () => attemptOnce("make-form", generate));
  byId("renew").addEventListener("click", () => attemptOnce("make-form", makeAnew));
  document.addEventListener("listchange", () => {
    given.clear();
    stopping.abort();
    byId("make-stop").hidden = true;
  });
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
    mark();
  });
  never.listen();
}

/** Make words with the chosen model; they come after those that are shown, if these are its own. */
async function makeMore() {
  await loads.idle();
  await more();
}

/** Make words of what is chosen and set now, in place of those that are shown. */
async function makeAnew() {
  await loads.idle();
  await more(true);
}

/** As the button does, which waits for Python and for what is being made. */
export function pressMore() {
  if (state.ready && state.loaded) attemptOnce("make-form", makeMore);
}

/**
 * @param {boolean} [renew] whether a net is trained anew if what is set of it has changed
 * @param {boolean} [afresh] whether they take the place of those that are shown, whatever these are
 */
async function more(renew = false, afresh = false) {
  const list = state.inUse;
  await models.ensure(renew);
  const request = asked(null);
  const by = askedBy(request);
  const another = rewound || maker !== state.cards.get(state.kind);
  const goOn = !afresh && (await goesOn(by)) && !(another && shownBy?.gap);
  if (list !== state.inUse) return;
  let skip = 0;
  if (!goOn) {
    // Other words begin from the seed: so they can be had again.
    request.seed = settings.value("seed");
    request.seen = request.repeats ? [] : [...(given.get(by.model) ?? [])];
  } else if (another) {
    // A Python, or a model, that has not made these words makes them again, unseen, and goes on.
    skip = words.count();
    request.seed = settings.value("seed");
    request.seen = shownBy?.seen ?? [];
    request.count = String(skip + Number(request.count));
    totals = { drawn: 0, reasons: {} };
  }
  await make(request, by, { afresh: !goOn, skip });
}

/** Whether what is asked now goes on from the words that are shown. @param {By} by */
async function goesOn(by) {
  if (shownBy?.model !== by.model || shownBy.asked !== by.asked) return false;
  if (!shownBy.never.every((piece) => by.never.includes(piece))) return false;
  if (shownBy.never.length < by.never.length) {
    const refused = new Set(await actions.refused(words.snapshot(), by.never));
    words.keep(({ word }) => !refused.has(word));
  }
  return true;
}

/** @param {string[]} starred words that others are to be like */
export function pressMoreLike(starred) {
  attemptOnce("make-form", async () => {
    if (!state.ready || !state.loaded) throw new Error("Python is not ready yet: press it then.");
    await models.moreLike(starred);
    await makeMore();
  });
}

/** Make words from the seed anew: the same every time. */
async function generate() {
  await loads.idle();
  const list = state.inUse;
  await models.ensure();
  if (list !== state.inUse) return;
  const request = asked(settings.value("seed"));
  await make(request, askedBy(request), { afresh: true });
}

/** @param {MakeRequest} request @returns {By} */
function askedBy({ count: _, seed: __, never, seen, ...request }) {
  const asked = JSON.stringify([request, settings.value("seed")]);
  return { model: models.identity(), asked, never, seen };
}

/** Whether the words that are shown are those that the settings as they are now give. */
export function reproducible() {
  return whyOutdated() === "" && shownBy !== undefined && !shownBy.gap;
}

/**
 * What gives the words that are shown again, or as many as are asked for if other settings made them.
 *
 * @returns {MakeRequest}
 */
export function request() {
  const now = asked(settings.value("seed"));
  return reproducible() && words.count() > 0
    ? { ...now, count: String(words.count()), seen: shownBy?.seen ?? [] }
    : now;
}

/**
 * Show the words of a link.
 *
 * @param {number} count
 * @param {string | null} sum of them
 * @param {string[]} seen which words are left out because they were seen before
 * @returns {Promise<string>} whether they are the same
 */
export async function again(count, sum, seen) {
  if (!state.cards.get(state.kind)?.byTraining) {
    expectWords("Press Train, then Make more, to make words like these.");
    return " Training was stopped, so that the words of the link cannot be made.";
  }
  const request = { ...asked(settings.value("seed")), count: String(count), seen };
  await make(request, askedBy(request), { afresh: true });
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
  try {
    await more(false, true);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    // A setting is out of range: pressing Make more will say which.
    tally.textContent = "Press Make more to make words like these.";
    ofListBefore = false;
    words.clear();
  }
}

/** Another list is in use: its words take the place of those that are shown, which are marked. */
export function expectOtherWords() {
  ofListBefore = true;
  mark();
}

/** Nothing is shown until other words come. @param {string} note what to wait for */
export function expectWords(note) {
  shownBy = undefined;
  ofListBefore = false;
  tally.textContent = note;
  words.clear();
}

/** @param {string | null} seed @returns {MakeRequest} */
function asked(seed) {
  return {
    ...{ kind: state.kind, count: settings.value("count"), seed, era: settings.value("era") },
    seen: [],
    ...{ temperature: settings.value("temperature"), top_k: settings.value("top_k") },
    constraint: settings.constraint(),
    repeats: settings.value("no_repeats") === "0",
    never: settings.never(),
  };
}

/**
 * @param {MakeRequest} request
 * @param {By} by
 * @param {object} how
 * @param {boolean} how.afresh whether the words take the place of those that are shown, once the
 *   first of them have come
 * @param {number} [how.skip] words that are there already
 */
async function make(request, by, { afresh, skip = 0 }) {
  const list = state.inUse;
  let beginning = afresh;
  rewound = false;
  stopping = new AbortController();
  const filed = Number(request.count) > DRAWN ? new Filed() : undefined;
  const before = beginning ? 0 : words.count();
  const gap = !beginning && Boolean(shownBy?.gap);
  const seen = request.seed === null ? (shownBy?.seen ?? []) : request.seen;
  const card = state.cards.get(request.kind);
  const all = given.get(by.model) ?? new Set();
  given.set(by.model, all);
  byId("make-stop").hidden = filed === undefined;
  let came = 0;
  /** @param {MadeReport} report */
  const follow = (report) => {
    if (list !== state.inUse) return; // the words of another one are shown
    if (report.drawn === 0 && !report.over) return; // a net has drawn only the first letters
    if (beginning) {
      beginning = ofListBefore = false;
      totals = { drawn: 0, reasons: {} };
      words.clear();
    }
    shownBy = { ...by, seen, gap: gap || filed !== undefined };
    maker = card;
    const fresh = report.words.slice(Math.min(skip, report.words.length));
    skip -= report.words.length - fresh.length;
    came += fresh.length;
    for (const { word } of fresh) all.add(word);
    words.add(filed ? filed.take(fresh) : fresh);
    renderTally(report, filed);
  };
  try {
    const last = await actions.make(request, follow, stopping.signal);
    await words.settled();
    if (list !== state.inUse) return;
    if (shownBy) shownBy.seen = last.met ?? seen; // of all those, what matters
    for (const [reason, count] of Object.entries(last.tally)) {
      totals.reasons[reason] = (totals.reasons[reason] ?? 0) + count;
    }
    totals.drawn += last.drawn;
    renderTally({ ...last, drawn: 0, tally: {} }, filed);
    if (filed) filed.save();
    report(last, came, before, filed);
  } finally {
    if (list === state.inUse) {
      byId("make-stop").hidden = true;
      settings.toUrl({ list: state.listId, kind: state.kind, model: models.typedSettings() });
      refresh();
      mark();
    }
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
    const place = byId("allowed");
    const trained = state.cards.has(state.kind);
    if (!trained) {
      place.textContent = ""; // it was of another model
      place.classList.remove("problem");
    }
    if (!state.ready || !trained) return;
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

/** Say whether the words that are shown are of what is chosen and set now. */
export function mark() {
  const why = whyOutdated();
  byId("generated").classList.toggle("outdated", why !== "");
  byId("renew").hidden = why === "";
  byId("words-why").textContent = why;
}

/** What has changed since the words were made, if anything. */
function whyOutdated() {
  if (ofListBefore && words.count() > 0) return "Of the list before: words of this one are coming.";
  if (words.count() === 0 || shownBy === undefined || !state.loaded) return "";
  const by = askedBy(asked(null));
  const card = state.cards.get(state.kind);
  if (shownBy.model !== by.model) return `Of ${state.madeBy}, as it was.`;
  if (card && models.outdated(card)) return `Of ${card.name}, before you changed its settings.`;
  const never = shownBy.never.join(" ") !== by.never.join(" ");
  return never || shownBy.asked !== by.asked ? "Made before you changed what you ask." : "";
}

/** What the words that are shown were asked by, to come back to it. */
export function snapshot() {
  const { madeBy } = state;
  const seen = [...(given.get(shownBy?.model ?? "") ?? [])].slice(-MOST_KEPT);
  const shown = { words: words.snapshot(), tally: tally.textContent ?? "" };
  return { shownBy, maker, totals, madeBy, given: seen, ...shown };
}

/** @param {ReturnType<typeof snapshot>} before */
export async function back(before) {
  ({ maker, totals } = before);
  // An earlier page may have kept less of it.
  shownBy = before.shownBy && {
    ...before.shownBy,
    never: before.shownBy.never ?? [],
    seen: before.shownBy.seen ?? [],
  };
  if (shownBy) given = new Map([[shownBy.model, new Set(before.given)]]);
  state.madeBy = before.madeBy;
  ofListBefore = false;
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
  const table = words.scores(state.madeBy);
  files.save("makemore-words.csv", new Blob([table], { type: "text/csv" }));
  say(`${counted(words.count(), "word")} with scores under ${state.madeBy}: makemore-words.csv.`);
}

/** Never show a word again. @param {string} word */
export function neverShow(word) {
  never.add(word);
  state.notebook = false; // something is left out now
  words.keep((made) => made.word !== word);
  say(`“${safe(word)}” will not be shown again. The list of such words is under Finer.`);
}
