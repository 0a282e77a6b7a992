/** Lists are loaded one at a time, in the order of asking; the last one that was asked for wins. */

/** Why a load ended that nobody is told of: another took its place. */
const SUPERSEDED = new Error("Another list was asked for.");

let current = new AbortController();
let last = Promise.resolve();
let waiting = 0;
let asked = 0;

/**
 * Take a place in the order of asking, for a list that has to be looked at before it can be loaded.
 *
 * @returns {() => boolean} whether no other was asked for since: if one was, that one wins
 */
export function place() {
  asked += 1;
  const mine = asked;
  return () => mine === asked;
}

/**
 * Load, as soon as what was asked for before has ended, which it is to do at once.
 *
 * @param {(signal: AbortSignal) => Promise<void>} load Whatever it waits for while its signal is
 *   not aborted yet brings nothing once it is. What Python has taken over it brings to its end.
 * @returns {Promise<void>} settled when it has ended; not rejected if another has taken its place
 */
export async function ask(load) {
  asked += 1;
  end();
  current = new AbortController();
  const { signal } = current;
  waiting += 1;
  const done = last
    .then(async () => {
      if (!signal.aborted) await load(signal);
    })
    .catch((error) => {
      if (!isSuperseded(signal)) throw error;
    })
    .finally(() => {
      waiting -= 1;
    });
  last = done.catch(() => {});
  await done;
}

/** @param {AbortSignal} signal of a load */
export function isSuperseded(signal) {
  return signal.reason === SUPERSEDED;
}

/** Give up what is being loaded. @param {Error} [why] for the person, if it is to be told */
export function end(why = SUPERSEDED) {
  current.abort(why);
}

export function isUnderWay() {
  return waiting > 0;
}

/** Wait until nothing is being loaded. */
export async function idle() {
  while (waiting > 0) await last;
}

/**
 * @template T
 * @param {AbortSignal} signal of a load
 * @param {Promise<T>} promise that nobody is to wait for once the load is to end
 * @returns {Promise<T>}
 */
export function unlessEnded(signal, promise) {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener("abort", give);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", give));
  });
}
