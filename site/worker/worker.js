/** The worker: a table of actions around one Python session. */

import { expose } from "comlink";
import { bootPython, makeSnapshot } from "./boot.js";
import { withDetector } from "./detector.js";

/** @typedef {import("../types").Progress} Progress */
/**
 * @template T
 * @typedef {import("../types").Outcome<T>} Outcome
 */
/** @typedef {import("../types").WorkerActions} WorkerActions */

const PIECE = 1_000_000; // bytes of a list that are read at once
const SLICE_SECONDS = 0.015; // of training, between two looks at messages such as "stop"

/** @type {((action: string, args: Record<string, unknown>) => any) | undefined} */
let dispatch;
/** @type {import("../python/pyodide.mjs").PyodideInterface | undefined} */
let runtime;
/** @type {import("../types").PlainError} */
const CANCELLED = {
  kind: "Cancelled",
  message: "Reading was cancelled. The list before is still in use.",
  setting: undefined,
  symbols: [],
  losses: [],
  detail: "",
};

/** The last step of the start. @type {import("../types").BootStep | undefined} */
let step;
/** @type {(step: import("../types").BootStep) => void} */
let tell = () => {};
// At once: the page's own scripts may come later than all that this needs.
const booted = self.name === "snapshot" ? undefined : bootPython(note);
booted?.catch(() => {}); // told to whoever asks for it

let stopping = false;
/** Changes when what is being read is to be given up. */
let reading = 0;

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
    const python = session.Session();
    dispatch = (action, args) => {
      const outcome = session.dispatch(python, action, pyodide.toPy(args));
      try {
        return outcome.toJs({ dict_converter: Object.fromEntries });
      } finally {
        outcome.destroy();
      }
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

  call(action, args) {
    if (dispatch === undefined) return { fatal: "Python is not ready yet." };
    try {
      return dispatch(action, args);
    } catch (error) {
      // session/dispatch.py lets no error of Python through, so this is the runtime's own: memory
      // that could not be had, or an abort. What Python holds is not to be relied on.
      return { fatal: error instanceof Error ? error.message : String(error) };
    }
  },

  async inspect(args) {
    const look = () => /** @type {Outcome<any>} */ (actions.call("inspect", { ...args }));
    return runtime && args.encoding === undefined ? withDetector(runtime, look) : look();
  },

  async read(name, blob, options, report) {
    reading += 1;
    const mine = reading;
    const begun = actions.call("begin_list", { name, ...options });
    if (begun.error || begun.fatal) return begun;
    let next = piece(blob, 0);
    for (let at = 0; at < blob.size; at += PIECE) {
      /** @type {ArrayBuffer} */
      let data;
      try {
        data = await next;
      } catch (error) {
        actions.call("cancel_list", {});
        return { error: unreadable(name, error) };
      }
      if (mine !== reading) return { error: CANCELLED };
      next = piece(blob, at + PIECE); // comes while Python works
      const outcome = /** @type {Outcome<any>} */ (actions.call("feed_list", { data }));
      if (outcome.error || outcome.fatal) return outcome;
      // Waiting for the answer lets a message such as "cancel" be handled.
      await report(outcome.value);
      if (mine !== reading) return { error: CANCELLED };
    }
    return /** @type {Outcome<any>} */ (actions.call("finish_list", {}));
  },

  cancelReading() {
    reading += 1;
    actions.call("cancel_list", {});
  },

  async train(report) {
    stopping = false;
    for (;;) {
      const outcome = /** @type {Outcome<Progress>} */ (
        actions.call("advance", { seconds: SLICE_SECONDS })
      );
      if (outcome.value === undefined || outcome.value.done || stopping) return outcome;
      // Waiting for the answer lets a message such as "stop" be handled, keeps reports in
      // order, and costs less than a timer, which browsers hold back to 4 ms or more.
      await report(outcome);
    }
  },

  stop() {
    stopping = true;
  },
};

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
  const message = `“${name}” could not be read to its end (${why}). It may have been changed or moved: choose it again.`;
  return { kind: "FileError", message, setting: undefined, symbols: [], losses: [], detail: "" };
}

expose(actions);
