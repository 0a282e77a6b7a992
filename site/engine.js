/** The worker's client: start it, call Python, train with progress, and say when it died. */

import { proxy, transfer, wrap } from "./vendor/comlink.mjs";

/** @typedef {import("./types").BootStep} BootStep */
/** @typedef {import("./types").PlainError} PlainError */
/** @typedef {import("./types").Progress} Progress */
/** @typedef {import("./types").WorkerActions} WorkerActions */

/** An error that Python found in what it was given; its message is for the person. */
export class ActionError extends Error {
  /** @param {PlainError} error */
  constructor({ kind, message, setting, detail }) {
    super(message);
    this.name = kind;
    this.setting = setting;
    if (detail) console.error(detail);
  }
}

export class Engine {
  /** @param {(error: Error) => void} onDeath called once, if the worker dies */
  constructor(onDeath) {
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    /** @type {import("comlink").Remote<WorkerActions>} */
    this.remote = wrap(this.worker);
    /** @type {Promise<never>} */
    this.death = new Promise((_, reject) => {
      this.worker.onerror = (event) => {
        event.preventDefault();
        const error = new Error(event.message || "a file of the page could not be loaded");
        reject(error);
        onDeath(error);
      };
    });
    this.death.catch(() => {});
  }

  /** @param {(step: BootStep) => void} report */
  start(report) {
    return this.#alive(this.remote.boot(proxy(report)));
  }

  /**
   * @param {string} action a public method of Session in session.py
   * @param {Record<string, unknown>} [args] its keyword arguments; an ArrayBuffer is handed over
   * @returns {Promise<any>}
   */
  async call(action, args = {}) {
    const buffers = Object.values(args).filter((value) => value instanceof ArrayBuffer);
    return unwrap(await this.#alive(this.remote.call(action, transfer(args, buffers))));
  }

  /**
   * Train the run that was started or resumed, until it is done or stopped.
   *
   * @param {(progress: Progress) => void} report
   * @returns {Promise<Progress>} the last progress
   */
  async train(report) {
    const onOutcome = proxy((/** @type {any} */ outcome) => report(unwrap(outcome)));
    return unwrap(await this.#alive(this.remote.train(onOutcome)));
  }

  async stop() {
    await this.#alive(this.remote.stop());
  }

  /**
   * @template T
   * @param {Promise<T>} pending
   */
  #alive(pending) {
    // A dead worker never answers: without this, a call would hang for ever.
    return Promise.race([pending, this.death]);
  }
}

/** @param {{ value?: any, error?: PlainError }} outcome */
function unwrap(outcome) {
  if (outcome.error) throw new ActionError(outcome.error);
  return outcome.value;
}
