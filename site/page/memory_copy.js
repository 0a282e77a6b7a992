/** The page's eye on starts from a copy of Python's memory: see worker/snapshot.js. */

import { throwAway as discard, giveUp, used } from "../worker/snapshot.js";

const COPY = new URL("./python/snapshot?", import.meta.url).href; // and a version
const LIMIT = 20_000; // ms, some twenty times what such a start takes

/** Why a start ended that a person did not want to wait for. */
export const RESTARTED = "It was restarted.";

/**
 * Start Python; if that fails or takes too long, and it may have been because of the copy, start
 * again without it.
 *
 * @param {() => Promise<void>} start
 * @param {(reason: string) => void} end makes a start that is under way fail
 */
export async function guard(start, end) {
  let running = true;
  let late = false;
  const timer = setTimeout(async () => {
    if ((await used(COPY)) === undefined || !running) return;
    late = true;
    end("It took too long to start.");
  }, LIMIT);
  try {
    await start();
  } catch (error) {
    clearTimeout(timer);
    const copy = await used(COPY).catch(() => undefined);
    const restarted = error instanceof Error && error.message === RESTARTED;
    if (copy === undefined && !restarted) throw error;
    // What is too slow once would be so at every visit.
    if (copy) await (late ? giveUp(copy) : discard(copy));
    await guard(start, end);
  } finally {
    running = false;
    clearTimeout(timer);
  }
}

/** A Python that came from the copy has stopped: let the next visit make another. */
export function throwAway() {
  return discard(COPY).catch(() => {});
}
