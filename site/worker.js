/** The worker: a table of actions around one Python session. */

import { expose } from "./vendor/comlink.mjs";
import { bootPython } from "./boot.js";

/** @typedef {import("./types").Progress} Progress */
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

  call(action, args) {
    if (dispatch === undefined) throw new Error("Python is not ready yet.");
    return dispatch(action, args);
  },

  async train(report) {
    stopping = false;
    for (;;) {
      const outcome = actions.call("advance", { seconds: SLICE_SECONDS });
      const progress = /** @type {Progress | undefined} */ ("value" in outcome && outcome.value);
      if (!progress || progress.done || stopping) {
        return /** @type {import("./types").Outcome<Progress>} */ (outcome);
      }
      report(/** @type {import("./types").Outcome<Progress>} */ (outcome));
      await nextMessage();
    }
  },

  stop() {
    stopping = true;
  },
};

/** Let messages that have arrived be handled. A timer would be held back to 4 ms or more. */
function nextMessage() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

expose(actions);
