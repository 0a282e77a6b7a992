/** The worker: a table of actions around one Python session. */

import { bootPython } from "./boot.js";
import { expose } from "./vendor/comlink.mjs";

/** @typedef {import("./types").Progress} Progress */
/**
 * @template T
 * @typedef {import("./types").Outcome<T>} Outcome
 */
/** @typedef {import("./types").WorkerActions} WorkerActions */

const SLICE_SECONDS = 0.015; // of training, between two looks at messages such as "stop"

/** @type {((action: string, args: Record<string, unknown>) => any) | undefined} */
let dispatch;
let stopping = false;

/** @type {WorkerActions} */
const actions = {
  async boot(report) {
    const pyodide = await bootPython(report);
    const session = pyodide.pyimport("makemore.session");
    const python = session.Session();
    dispatch = (action, args) => {
      const outcome = session.dispatch(python, action, pyodide.toPy(args));
      try {
        return outcome.toJs({ dict_converter: Object.fromEntries });
      } finally {
        outcome.destroy();
      }
    };
  },

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
      // dispatch() in session.py lets no error of Python through, so this is the runtime's own:
      // memory that could not be had, or an abort. What Python holds is not to be relied on.
      return { fatal: error instanceof Error ? error.message : String(error) };
    }
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

expose(actions);
