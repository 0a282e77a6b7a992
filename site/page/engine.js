/** The worker's client: start and restart it, call Python, and say when it died. */

import { proxy, transfer, wrap } from "comlink";

/** @typedef {import("../types").BootStep} BootStep */
/** @typedef {import("../types").PlainError} PlainError */
/** @typedef {import("../types").WorkerActions} WorkerActions */

const SILENCE = 10_000; // ms of no answer, after which a person may want to end it

/** An error that Python found in what it was given; its message is for the person. */
export class ActionError extends Error {
  /** @param {PlainError} error */
  constructor({ kind, message, setting, losses, detail }) {
    super(message);
    this.name = kind;
    this.setting = setting;
    this.losses = losses;
    if (detail) console.error(detail);
  }
}

/** The worker is gone, and with it what was asked of it. */
export class DeathError extends Error {}

export class Engine {
  /** @type {Life | undefined} */
  #life;
  #pending = 0;
  #timer = 0;
  #streams = 0;
  /** Called once for each death after a start that succeeded. @type {(death: DeathError) => void} */
  onDeath = () => {};
  /**
   * Called with true when only a new start may help, as no answer has come for long or memory has
   * run out, and with false at the next answer.
   *
   * @type {(stuck: boolean) => void}
   */
  onStuck = () => {};

  /**
   * Start Python; what ran before is ended first.
   *
   * @param {(step: BootStep) => void} report
   * @returns {Promise<import("../types").Start>}
   */
  async start(report) {
    this.#life?.end("Python was started again.");
    const life = new Life();
    this.#life = life;
    const boot = life.remote.boot(
      proxy((step) => {
        this.#heard();
        report(step);
      }),
    );
    /** @type {import("../types").Start | "again"} */
    let how;
    try {
      how = await this.#answer(life, boot);
    } catch (error) {
      life.end("Python could not be started.");
      throw error;
    }
    if (how === "again") return this.start(report);
    life.ready = true;
    life.death.catch((death) => {
      if (life === this.#life) this.onDeath(death);
    });
    return how;
  }

  /**
   * @param {string} action a key of ACTIONS in py/makemore/session/
   * @param {Record<string, unknown>} [args] its keyword arguments; an ArrayBuffer is handed over
   * @returns {Promise<any>}
   */
  async call(action, args = {}) {
    const buffers = Object.values(args).filter((value) => value instanceof ArrayBuffer);
    const life = this.#alive();
    return unwrap(
      life,
      await this.#answer(life, life.remote.call(action, transfer(args, buffers))),
    );
  }

  /**
   * Have nets trained by the compiled kernel, where it can be had; before the first is trained.
   *
   * @returns {Promise<import("../types").KernelStatus>}
   */
  async loadKernel() {
    const life = this.#alive();
    return this.#answer(life, life.remote.loadKernel());
  }

  /**
   * Look at a file before it is read.
   *
   * @param {import("../types").InspectArguments} args
   * @returns {Promise<import("../types").Inspection>}
   */
  async inspect(args) {
    const life = this.#alive();
    const answer = life.remote.inspect(transfer(args, [args.data]));
    return unwrap(life, await this.#answer(life, answer));
  }

  /**
   * Begin an action that reports while it works.
   *
   * @param {string} action a generator of py/makemore/session/
   * @param {Record<string, unknown>} args
   * @param {(report: any) => void} onReport
   * @param {{ source?: Blob, signal?: AbortSignal }} [options] a file to be read piece by piece;
   *   what stops the action: it then gives what it has, or undefined
   * @returns {Promise<any>} its value
   */
  async stream(action, args, onReport, { source, signal } = {}) {
    const life = this.#alive();
    this.#streams += 1;
    const id = this.#streams;
    const stop = () => life.remote.stop(id);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const heard = proxy((/** @type {any} */ report) => {
      this.#heard();
      onReport(report);
    });
    try {
      return unwrap(
        life,
        await this.#answer(life, life.remote.stream(id, action, args, heard, source)),
      );
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** @param {string} reason */
  end(reason) {
    this.#life?.end(reason);
  }

  /** What was about to be asked of a Python that died meanwhile must not reach the next one. */
  #alive() {
    if (!this.#life?.ready) throw new DeathError("Python is not there yet.");
    return this.#life;
  }

  /**
   * @template T
   * @param {Life} life
   * @param {Promise<T>} answer
   */
  async #answer(life, answer) {
    this.#pending += 1;
    this.#heard();
    try {
      // A dead worker never answers: without this, a call would hang for ever.
      return await Promise.race([answer, life.death]);
    } finally {
      this.#pending -= 1;
      this.#heard();
    }
  }

  #heard() {
    clearTimeout(this.#timer);
    this.onStuck(false);
    if (this.#pending > 0) this.#timer = window.setTimeout(() => this.onStuck(true), SILENCE);
  }
}

/** One worker, from its start to its end. */
class Life {
  constructor() {
    this.ready = false; // for actions
    this.worker = takeWorker();
    /** @type {import("comlink").Remote<WorkerActions>} */
    this.remote = wrap(this.worker);
    /** @type {(death: DeathError) => void} */
    let reject = () => {};
    /** @type {Promise<never>} */
    this.death = new Promise((_, no) => {
      reject = no;
    });
    this.death.catch(() => {});
    /** @param {string} reason */
    this.end = (reason) => {
      this.worker.terminate();
      reject(new DeathError(reason));
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end(event.message || "A file of the page could not be loaded.");
    };
    this.worker.onmessageerror = () => this.end("A message could not be read.");
    this.#watch().catch(() => {}); // forbidden, as in a frame without an origin
  }

  /** A worker that the browser ends says nothing; but the lock that it holds comes free. */
  async #watch() {
    if (!navigator.locks) return; // only where the page came by https or from this machine
    const lock = `makemore-${crypto.randomUUID()}`;
    await this.remote.hold(lock);
    await navigator.locks.request(lock, () => this.end("The browser ended it."));
  }
}

/**
 * @param {Life} life
 * @param {{ value?: any, error?: PlainError, fatal?: string }} outcome
 */
function unwrap(life, outcome) {
  if (outcome.fatal !== undefined) {
    life.end(outcome.fatal);
    throw new DeathError(outcome.fatal);
  }
  if (outcome.error) throw new ActionError(outcome.error);
  return outcome.value;
}

/** @returns {Worker} one that nobody has used: that of early/worker_start.js, or a new one */
function takeWorker() {
  const early = globalThis.earlyWorker;
  globalThis.earlyWorker = undefined;
  return early ?? new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/**
 * Make what later visits start from, in a worker of its own: see snapshot.js.
 *
 * @returns {Promise<boolean>} whether there is one now
 */
export async function makeSnapshot() {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    type: "module",
    name: "snapshot",
  });
  try {
    /** @type {import("comlink").Remote<WorkerActions>} */
    const remote = wrap(worker);
    /** @type {Promise<never>} */
    const failed = new Promise((_, reject) => {
      worker.onerror = reject;
    });
    return await Promise.race([remote.makeSnapshot(), failed]);
  } finally {
    worker.terminate();
  }
}
