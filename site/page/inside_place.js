/** Inside: the word under study, and what the model that the address names makes of it. */

import { byId, h } from "../dom.js";
import * as settings from "../settings.js";
import * as blocksView from "../views/inside/blocks.js";
import * as picturesView from "../views/inside/pictures.js";
import * as wordView from "../views/inside/word.js";
import { saveCounts } from "./counts.js";
import * as descent from "./descent_panel.js";
import { ActionError } from "./engine.js";
import { attempt, attemptOnce, engine, say, state } from "./page.js";
import * as table from "./table_panel.js";

/** @typedef {import("../views/inside/types").Inside} Inside */
/** @typedef {import("../views/inside/types").StudiedWord} StudiedWord */

const ADDRESS = /^#inside(?:\/([\w-]+))?/;
const EVERY = 600; // ms between two looks while a model trains, here or in Compare
const OF_PAIRS = ["bigram", "bigram-net", "auto"]; // the table of pairs is of these, or a start

const field = /** @type {HTMLInputElement} */ (settings.control("score-word"));

const view = {
  /** @type {string | undefined} */
  word: undefined,
  position: 0,
  /** Drawn letters so far: the next one has another seed. */
  draws: 0,
  /** The last look that was begun: an older answer must not replace a newer one. */
  asked: 0,
  looking: false,
};

export function listen() {
  document.addEventListener("placechange", () => {
    if (isHere()) table.reveal();
  });
  addEventListener("hashchange", () => attempt(update));
  byId("word-view").addEventListener("click", ({ target }) => {
    const letter = target instanceof Element ? target.closest("[data-position]") : null;
    if (letter instanceof HTMLElement) {
      view.position = Number(letter.dataset.position);
      attempt(update);
    }
  });
  byId("draw-next").addEventListener("click", () => attemptOnce("draw-next", drawNext));
  byId("model-counts").addEventListener("click", () => attempt(() => saveCounts(kindOf())));
  // Every change of the page's state sets this; a model may be trained then, or a list read.
  new MutationObserver(() => attempt(update)).observe(document.body, {
    attributeFilter: ["data-state"],
  });
  setInterval(() => {
    const compares = document.body.dataset.comparing === "true";
    if ((state.training || compares) && !view.looking) attempt(update);
  }, EVERY);
  descent.listen(isHere);
}

function isHere() {
  return document.documentElement.dataset.place === "inside" && state.ready && state.loaded;
}

/** The model that is looked into: the address's, or the one that is chosen. */
function kindOf() {
  return ADDRESS.exec(location.hash)?.[1] ?? state.kind;
}

/** Look at another word. @param {string} word */
export async function study(word) {
  view.word = word;
  view.position = 0;
  await look();
}

/** Look again: the word, the model or what it has learned is another. */
export async function update() {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof ActionError)) throw error; // it stands where the word was
  }
}

async function look() {
  if (!isHere()) return;
  const kind = kindOf();
  if (byId("model").hidden && OF_PAIRS.includes(kind)) table.reveal();
  byId("model").hidden = !OF_PAIRS.includes(kind);
  byId("descent").hidden = !OF_PAIRS.includes(kind);
  byId("inside-place").toggleAttribute("data-beyond-pairs", !OF_PAIRS.includes(kind));
  view.asked += 1;
  const { asked } = view;
  view.looking = true;
  try {
    const { word = firstWord(), position } = view;
    // What a person is typing stays.
    if (view.word === undefined && field.value === "") field.value = word;
    /** @type {StudiedWord} */
    const studied = await engine.call("inside_word", { word, position });
    if (asked !== view.asked) return;
    [view.word, view.position] = [studied.word, studied.position];
    wordView.render(byId("word-view"), studied, kind);
    showKinds(studied, kind);
    await showModel(studied, kind, asked);
    if (OF_PAIRS.includes(kind)) await descent.update();
  } catch (error) {
    if (error instanceof ActionError && asked === view.asked) {
      // The word may be of another list.
      byId("word-view").replaceChildren(h("p", { class: "empty-state problem" }, error.message));
      picturesView.render(byId("inside-pictures"), []);
    }
    throw error;
  } finally {
    if (asked === view.asked) view.looking = false;
  }
}

/** @returns {string} a word to begin with: the first that was made */
function firstWord() {
  const made = document.querySelector("#generated [data-word]");
  return (made instanceof HTMLElement && made.dataset.word) || "";
}

/** @param {StudiedWord} studied @param {string} kind @param {number} asked */
async function showModel({ word, position, models }, kind, asked) {
  const trained = models.some((model) => model.kind === kind);
  byId("inside-empty").hidden = trained;
  byId("model-counts").hidden = !trained || state.cards.get(kind)?.facts?.order == null;
  byId("draw-next").hidden = !trained;
  if (!trained) {
    byId("inside-empty").textContent =
      "This model is not trained on this list yet. Choose it in Make and press Train; what it learns is drawn here meanwhile.";
    picturesView.render(byId("inside-pictures"), []);
    blocksView.render(byId("inside-blocks"), [], matrix);
    byId("inside-title").textContent = "What the model sees";
    return;
  }
  /** @type {Inside} */
  const inside = await engine.call("inside", { kind, word, position });
  if (asked !== view.asked) return;
  byId("inside-title").textContent = `What ${inside.name} sees`;
  if (inside.pictures.length === 0) {
    byId("inside-empty").hidden = false;
    byId("inside-empty").textContent = "All that it has learned is the table of pairs below.";
  }
  byId("inside-card").dataset.about = inside.name;
  picturesView.render(byId("inside-pictures"), inside.pictures, inside);
  blocksView.render(byId("inside-blocks"), inside.blocks, matrix);
}

/** @type {import("../views/inside/blocks.js").Ask} of the model that is looked into */
function matrix(name, show) {
  attempt(async () => show(await engine.call("inside_matrix", { kind: kindOf(), name })));
}

/** Links to all models; they stay as they are but for what changes, as one has the focus. @param {StudiedWord} studied @param {string} kind */
function showKinds({ models }, kind) {
  const list = byId("inside-kinds");
  const trained = new Set(models.map((model) => model.kind));
  if (list.childElementCount === 0) {
    list.append(...[...document.querySelectorAll("#models input")].map(kindLink));
  }
  for (const link of list.querySelectorAll("a")) {
    const { kind: own = "" } = link.dataset;
    if (own === kind) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.classList.toggle("untrained", !trained.has(own));
    const not = /** @type {HTMLElement} */ (link.querySelector(".unseen"));
    not.textContent = trained.has(own) ? "" : ", not trained yet";
  }
}

/** @param {Element} radio */
function kindLink(radio) {
  const { value } = /** @type {HTMLInputElement} */ (radio);
  const name = radio.getAttribute("aria-label") ?? labelOf(radio) ?? value;
  const not = h("span", { class: "unseen" });
  return h("li", {}, h("a", { href: `#inside/${value}`, "data-kind": value }, name, not));
}

/** @param {Element} radio */
function labelOf(radio) {
  const by = radio.getAttribute("aria-labelledby");
  const label = by ? document.getElementById(by) : radio.closest("label");
  return label?.textContent?.trim();
}

async function drawNext() {
  const { word = "", position } = view;
  view.draws += 1;
  /** @type {{ symbol: string, word: string, ended: boolean, p: number, position: number }} */
  const drawn = await engine.call("inside_draw", {
    kind: kindOf(),
    word,
    position,
    seed: String(view.draws),
  });
  const odds = `${(100 * drawn.p).toFixed(1)} % likely`;
  view.word = drawn.word;
  view.position = drawn.position;
  field.value = drawn.word;
  await update();
  say(drawn.ended ? `The word ends here, ${odds}.` : `Drawn: ${drawn.symbol}, ${odds}.`);
}
