/** Before all else: start Python; when it dies, start it again and bring back all that was made. */

import { byId, counted, quoted } from "../dom.js";
import * as bootView from "../views/boot.js";
import * as rescueView from "../views/rescue.js";
import * as compare from "./compare_place.js";
import { DeathError, makeSnapshot } from "./engine.js";
import * as learned from "./learned.js";
import * as words from "./lists_panel.js";
import * as loads from "./loads.js";
import * as make from "./make_panel.js";
import * as memoryCopy from "./memory_copy.js";
import * as models from "./models_panel.js";
import * as offline from "./offline.js";
import { attempt, engine, refresh, say, state } from "./page.js";
import * as made from "./words_panel.js";

const LONGEST_REASON = 200;
const LEAST_MEMORY = 4; // GB
const QUIET = 5000; // ms after the start

const boot = byId("boot");
const button = /** @type {HTMLButtonElement} */ (byId("rescue"));

export function listen() {
  button.addEventListener("click", () => {
    // While Python runs, its end starts it again: see died(). So it does while Python starts.
    if (state.ready || starting) engine.end(memoryCopy.RESTARTED);
    else start();
  });
  engine.onDeath = died;
  engine.onStuck = (stuck) => {
    if (!state.failed) rescueView.render(button, stuck ? "Restart Python" : undefined);
  };
}

/** Start Python for the first time, or try again. */
export async function start() {
  if (typeof WebAssembly !== "object") {
    fail(
      "This browser has no WebAssembly, which Python needs: it is too old, or a setting or a " +
        "company's policy turns it off. Allow it for this page, or use another browser.",
    );
    return;
  }
  if (await started("Python could not be started")) {
    await goOn("Python runs again.");
    const kept = await offline.keep(); // says itself how it goes
    if (kept && how === "anew") await prepareNextStart();
  }
}

/**
 * Bring back what was there, then take the list that was chosen meanwhile, if one was.
 *
 * @param {string} what happened, for the person
 */
async function goOn(what) {
  const other = deadly && state.source !== state.inUse;
  deadly = false;
  if (state.inUse && !other && !(await restore(what))) return;
  state.ready = true;
  refresh();
  const { source } = state;
  if (source && source !== state.inUse) await attempt(() => words.use(source));
  else if (!state.inUse) say(`${what} Choose a word list.`);
}

/** Let later visits start from a copy of Python's memory, if this machine has enough of its own. */
async function prepareNextStart() {
  const { deviceMemory = LEAST_MEMORY } = /** @type {any} */ (navigator);
  if (deviceMemory < LEAST_MEMORY) return;
  do {
    await new Promise((resolve) => setTimeout(resolve, QUIET));
  } while (state.training || state.reading);
  try {
    offline.prepared(await makeSnapshot());
  } catch {
    // A worker that could not be loaded: the next visit starts as this one did, and tries again.
  }
}

/** @type {import("../types").Start} */
let how = "anew";
let starting = false;
let restoring = false;
/** Python died of the list in use, so that it is not brought back if another is chosen. */
let deadly = false;

/** @param {Error} death */
async function died(death) {
  state.ready = state.loaded = false;
  if (how === "restored") await memoryCopy.throwAway();
  state.source = state.inUse; // one that was just being read may be what it died of
  loads.end();
  const why = `Python stopped (${reason(death.message)})`;
  if (restoring) {
    deadly = true;
    fail(`${why} while your list was brought back. Try again, or choose another list before.`);
    return;
  }
  say(`${why} and is being started again. What you made is kept.`, true);
  if (await started(`${why} and could not be started again`)) {
    await goOn(`${why} and was started again.`);
  }
}

/** Start Python; if a file that is kept for offline use is broken, get it anew and start again. */
async function startRepaired() {
  const start = async () => {
    how = await engine.start((step) => bootView.render(boot, step));
    boot.dataset.start = how;
  };
  try {
    await start();
  } catch (error) {
    if (!(await offline.repair())) throw error;
    await start();
  }
}

/** @param {string} problem what to say if it fails */
async function started(problem) {
  state.failed = false;
  starting = true;
  boot.hidden = false;
  rescueView.render(button, undefined);
  refresh();
  try {
    await memoryCopy.guard(startRepaired, (reason) => engine.end(reason));
  } catch (error) {
    fail(`${problem}: ${reason(message(error))}. ${wayOut(message(error))}`);
    return false;
  } finally {
    starting = false;
  }
  boot.hidden = true;
  return true;
}

/**
 * Bring back the list, the models and the words. What Python was doing when it died is not done
 * again: it may be what killed it.
 *
 * @param {string} what happened, for the person
 * @returns {Promise<boolean>} whether Python is still there
 */
async function restore(what) {
  restoring = true;
  let lost = "";
  try {
    await words.restore();
    await compare.restore();
    lost = await models.restore();
    make.rewind();
    await compare.lend();
    await learned.update();
  } catch (error) {
    if (error instanceof DeathError) return false; // died() tells of it
    say(`${what} But not everything could be brought back: ${message(error)}`, true);
    return true;
  } finally {
    restoring = false;
  }
  const kept = [`list ${quoted(state.inUse?.name ?? "")}`, "settings"];
  for (const { name, step } of state.cards.values()) {
    if (step !== undefined) kept.push(`${name} after ${counted(step, "step")}`);
  }
  if (made.count() > 0) kept.push("words");
  const back = kept.join(", ").replace(/, ([^,]*)$/, " and $1");
  say(`${what} Your ${back} are back.${lost}`, lost !== "");
  return true;
}

/** @param {string} problem */
function fail(problem) {
  state.failed = true;
  boot.hidden = true;
  say(problem, true);
  rescueView.render(button, "Try again");
  refresh();
}

/** @param {string} problem of a start */
function wayOut(problem) {
  return /memory/i.test(problem)
    ? "Python needs some 100 MB: close other tabs or programs, then press Try again."
    : "Check your connection and press Try again; if that does not help, reload the page.";
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A reason to be told within a sentence. Of a traceback of Python, that is its last line.
 *
 * @param {string} text
 */
function reason(text) {
  const last = text.trim().split("\n").at(-1) ?? "";
  return last.length > LONGEST_REASON
    ? `${last.slice(0, LONGEST_REASON)}…`
    : last.replace(/\.$/, "");
}
