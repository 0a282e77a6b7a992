/** The worker: a table of actions around one Python session. */

import { expose, transfer } from "comlink";
import { quoted } from "../text.js";
import { bootPython, makeSnapshot } from "./boot.js";
import { withDetector } from "./detector.js";
import { loadKernel } from "./kernel.js";
import { withLater } from "./later.js";

/**
 * @template T
 * @typedef {import("../types").Outcome<T>} Outcome
 */
/** @typedef {import("../types").WorkerActions} WorkerActions */

const PIECE = 1_000_000; // bytes of a list that are read at once
const PATIENCE = 30_000; // ms between two tries to get the kernel for what works without it too

/** What session/dispatch.py has, with plain data in and out. @type {import("../types").Dispatch | undefined} */
let python;
/** @type {import("../python/pyodide.mjs").PyodideInterface | undefined} */
let runtime;
/** The last step of the start. @type {import("../types").BootStep | undefined} */
let step;
/** @type {(step: import("../types").BootStep) => void} */
let tell = () => {};
// At once: the page's own scripts may come later than all that this needs.
const booted = self.name === "snapshot" ? undefined : bootPython(note);
booted?.catch(() => {}); // told to whoever asks for it

/** The streams that are to end where they are. @type {Set<number>} */
const stopped = new Set();

/** @type {WorkerActions} */
const actions = {
  async boot(report) {
    tell = report;
    if (step) tell(step);
    const started = await booted;
    if (started === undefined) return "again";
    const { pyodide, session, finish } = started;
    setTimeout(finish); // the page hears first that Python is ready
    runtime = pyodide;
    const state = session.State();
    /** @param {any} outcome */
    const plain = (outcome) => {
      try {
        return outcome.toJs({ dict_converter: Object.fromEntries });
      } finally {
        outcome.destroy();
      }
    };
    /**
     * Pieces of a file would else stay in Python's memory until garbage is collected here.
     *
     * @template T
     * @param {unknown} value
     * @param {(given: any) => T} act
     */
    const giving = (value, act) => {
      const given = pyodide.toPy(value);
      try {
        return act(given);
      } finally {
        given?.destroy?.();
      }
    };
    python = {
      dispatch: (action, args) =>
        giving(args, (given) => plain(session.dispatch(state, action, given))),
      advance: (stream, sent) =>
        giving(sent, (given) => plain(session.advance(state, stream, given))),
      stop: (stream) => plain(session.stop(state, stream)),
      needsKernel: (action, args) =>
        giving(args, (given) => session.needs_kernel(state, action, given)),
    };
    return started.restored ? "restored" : "anew";
  },

  makeSnapshot,

  hold(lock) {
    return new Promise((held) => {
      // Held for as long as this worker lives, which is how the page knows that it does.
      navigator.locks.request(lock, () => {
        held();
        return new Promise(() => {});
      });
    });
  },

  async loadKernel() {
    return runtime ? loadKernel(runtime) : { compiled: false, why: "Python is not ready yet." };
  },

  async call(action, args) {
    await withKernel(action, args);
    const ask = () => outcomeOf((python) => python.dispatch(action, args));
    const outcome = await withLater(runtime, ask);
    return transfer(outcome, buffersIn(outcome));
  },

  async inspect(args) {
    const look = () => /** @type {Promise<Outcome<any>>} */ (actions.call("inspect", { ...args }));
    return runtime && args.encoding === undefined ? withDetector(runtime, look) : look();
  },

  async stream(id, action, args, report, source) {
    try {
      await withKernel(action, args);
      if (stopped.has(id)) return { value: undefined };
      return await withLater(runtime, () => run(id, action, args, report, source));
    } finally {
      stopped.delete(id);
    }
  },

  stop(id) {
    stopped.add(id);
  },
};

/** Whether nets are worked out by the compiled kernel, and when it may be looked for again, in ms. */
let compiled = false;
let patience = 0;

/**
 * Let the compiled kernel do what an action asks of a net, where it can be had.
 *
 * @param {string} action
 * @param {Record<string, unknown>} args
 */
async function withKernel(action, args) {
  if (compiled || !runtime || performance.now() < patience) return;
  try {
    if (!python?.needsKernel(action, args)) return;
  } catch {
    return; // Python is broken, which the action itself will tell
  }
  ({ compiled } = await loadKernel(runtime));
  patience = performance.now() + PATIENCE;
}

/** Run an action to its end. @type {WorkerActions["stream"]} */
async function run(id, action, args, report, source) {
  const begun = outcomeOf((python) => python.dispatch(action, args));
  if (begun.stream === undefined) return begun;
  const { stream } = begun;
  let next = source && piece(source, 0);
  /** @type {ArrayBuffer | undefined} of the source; none is the answer to the first report */
  let sent;
  for (let at = 0; ; ) {
    const outcome = outcomeOf((python) => python.advance(stream, sent));
    if (!("report" in outcome)) return outcome;
    // Waiting for the answer lets a message such as "stop" be handled, keeps reports in
    // order, and costs less than a timer, which browsers hold back to 4 ms or more.
    await report(outcome.report);
    sent = undefined;
    if (!stopped.has(id) && source && at < source.size) {
      try {
        sent = await next;
      } catch (error) {
        outcomeOf((python) => python.stop(stream));
        return { error: unreadable(String(args.name), error) };
      }
      at += PIECE;
      next = piece(source, at); // comes while Python works
    }
    if (stopped.has(id)) return outcomeOf((python) => python.stop(stream));
  }
}

/**
 * @param {(python: import("../types").Dispatch) => Outcome<any>} ask
 * @returns {Outcome<any>}
 */
function outcomeOf(ask) {
  if (python === undefined) return { fatal: "Python is not ready yet." };
  try {
    return ask(python);
  } catch (error) {
    // session/dispatch.py lets no error of Python through, so this is the runtime's own: memory
    // that could not be had, or an abort. What Python holds is not to be relied on.
    return { fatal: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Find the bytes in an answer: a net's are megabytes, and would hold the page up if it copied them.
 *
 * @param {unknown} value plain; lists have no bytes in them
 * @returns {ArrayBuffer[]}
 */
function buffersIn(value) {
  if (value instanceof Uint8Array) {
    const { buffer } = value;
    return buffer instanceof ArrayBuffer && buffer.byteLength === value.length ? [buffer] : [];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.values(value).flatMap(buffersIn);
}

/** @param {import("../types").BootStep} next */
function note(next) {
  step = next;
  tell(step);
}

/** @param {Blob} blob @param {number} at */
function piece(blob, at) {
  const data = blob.slice(at, at + PIECE).arrayBuffer();
  data.catch(() => {}); // told where it is awaited, if it ever is
  return data;
}

/** @param {string} name @param {unknown} error @returns {import("../types").PlainError} */
function unreadable(name, error) {
  const why = error instanceof Error ? error.message : String(error);
  const message = `${quoted(name)} could not be read to its end (${why}). It may have been changed or moved: choose it again.`;
  return { kind: "FileError", message, setting: undefined, symbols: [], losses: [], detail: "" };
}

expose(actions);
