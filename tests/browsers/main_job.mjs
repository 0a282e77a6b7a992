/** The main job, once, for browsers that Playwright cannot drive; see firefox.mjs and webkit.mjs. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What the job needs of a browser. Functions run in the page and are given the arguments.
 *
 * @typedef {object} Driver
 * @property {string} name
 * @property {(url: string) => Promise<unknown>} open
 * @property {(action: (...args: any[]) => any, ...args: any[]) => Promise<any>} evaluate
 * @property {(test: (...args: any[]) => any, timeout: number, ...args: any[]) => Promise<unknown>} waitFor
 * @property {(selector: string) => Promise<void>} click
 * @property {(selector: string, path: string) => Promise<void>} upload
 */

const START = 180_000; // ms; a busy machine may need long

/** @param {Driver} driver @param {string} url */
export async function mainJob(driver, url) {
  const folder = await mkdtemp(join(tmpdir(), "makemore-"));
  try {
    await driver.open(url);
    await start(driver, url);
    const trained = await train(driver);
    await useOwnList(driver, join(folder, "mine.txt"), trained);
    await recover(driver);
    await comeAgain(driver, url);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(
    `${driver.name}: list, table, counting, net, words, upload, recovery, later visit passed`,
  );
}

/** @param {Driver} driver @param {string} url */
async function start(driver, url) {
  await driver.waitFor(() => document.body.dataset.state === "ready", START);
  const preview = await (await fetch(new URL("data/names.preview.json", url))).json();
  // What Python in Node made when the page was built, Python in this browser makes too.
  assert.deepEqual(
    await words(driver),
    preview.made.words.map((/** @type {{ word: string }} */ { word }) => word),
  );
  assert.equal(await text(driver, "#held-out"), preview.card.held_out.toFixed(4));
  // Its rows are made one after another.
  await driver.waitFor(
    (/** @type {number} */ cells) => document.querySelectorAll("#heatmap td").length >= cells,
    START,
    27 * 27,
  );
}

/** @param {Driver} driver @returns {Promise<string[]>} words of the trained net */
async function train(driver) {
  const chosen = 'input[name="model"][value="bigram-net"]';
  // In a small window the models are in a sheet.
  const inSheet = !(await driver.evaluate(
    (/** @type {string} */ radio) => document.querySelector(radio)?.checkVisibility(),
    chosen,
  ));
  if (inSheet) await driver.click("#context-model");
  await driver.click(chosen);
  await driver.click("#train");
  await said(driver, "Trained after 300 steps");
  if (inSheet) await driver.click('[data-closes="model-panel"]');
  await driver.click("#make-more");
  await said(driver, "24 words made");
  const trained = await words(driver);
  assert.equal(trained.length, 24);
  return trained;
}

/** @param {Driver} driver @param {string} file @param {string[]} others words of another list */
async function useOwnList(driver, file, others) {
  await writeFile(file, "emma\nolivia\nava\nÄnne\n");
  await driver.upload("#upload", file);
  await said(driver, "4 words of “mine.txt” read");
  assert.notDeepEqual(await train(driver), others);
}

/** The browser ends the worker without a word. @param {Driver} driver */
async function recover(driver) {
  await driver.evaluate(() => {
    const { postMessage } = Worker.prototype;
    // The next message tells which worker it is.
    Worker.prototype.postMessage = function (/** @type {any[]} */ ...args) {
      Worker.prototype.postMessage = postMessage;
      Object.assign(globalThis, { python: this });
      return postMessage.apply(this, /** @type {any} */ (args));
    };
  });
  await driver.click("#make-more");
  await said(driver, "words made");
  const before = await words(driver);
  await driver.evaluate(() => /** @type {any} */ (globalThis).python.terminate());
  await said(driver, "net after 300 steps", START);
  assert.deepEqual(await words(driver), before);
}

/** A later visit starts from a copy of Python's memory, where the browser keeps one. @param {Driver} driver @param {string} url */
async function comeAgain(driver, url) {
  await driver.waitFor(() => {
    const { state, snapshot } = document.getElementById("offline")?.dataset ?? {};
    return state === "refused" || snapshot;
  }, START);
  const snapshot = await driver.evaluate(
    () => document.getElementById("offline")?.dataset.snapshot,
  );
  await driver.open(url);
  await start(driver, url);
  const how = await driver.evaluate(() => document.getElementById("boot")?.dataset.start);
  // WebKit may open the page before its service worker serves it, and then Python starts anew.
  const possible = snapshot === "made" ? ["restored", "anew"] : ["anew"];
  assert(possible.includes(how), how);
  console.log(`${driver.name}: the later visit started Python ${how}`);
}

/** @param {Driver} driver @param {string} selector @returns {Promise<string>} */
function text(driver, selector) {
  return driver.evaluate(
    (/** @type {string} */ wanted) => document.querySelector(wanted)?.textContent ?? "",
    selector,
  );
}

/** @param {Driver} driver @returns {Promise<string[]>} */
function words(driver) {
  return driver.evaluate(() =>
    [...document.querySelectorAll('#generated bdi[class^="word"]')].map(
      (element) => element.textContent ?? "",
    ),
  );
}

/** Wait for the status line to say something, and empty it. @param {Driver} driver @param {string} part */
async function said(driver, part, timeout = 60_000) {
  try {
    await driver.waitFor(
      (/** @type {string} */ wanted) =>
        document.getElementById("status")?.textContent?.includes(wanted),
      timeout,
      part,
    );
  } catch (error) {
    throw new Error(`The page did not say “${part}” but “${await text(driver, "#status")}”.`, {
      cause: error,
    });
  }
  // It may say the same again.
  await driver.evaluate(() => document.getElementById("status")?.replaceChildren());
}
