/**
 * A run in a tab that is hidden, frozen and shown again ends as one that was not disturbed.
 *
 * Playwright makes every page believe that it is in front; Puppeteer leaves that to the browser.
 *
 * node tests/browsers/hidden.mjs URL-OF-THE-PAGE PATH-OF-CHROMIUM [ARGUMENT-OF-CHROMIUM ...]
 */

import assert from "node:assert/strict";
import { launch } from "puppeteer-core";

const STEPS = 60_000;
const PATIENCE = 180_000; // ms; a busy machine may need long
const [, , url, executablePath, ...args] = process.argv;
assert(url && executablePath, "Give the URL of the page and the path of Chromium.");

const browser = await launch({
  executablePath,
  headless: true,
  defaultViewport: { width: 1280, height: 800 }, // wide enough to show the models at once
  args,
  // Puppeteer's own, which would keep the browser from treating a hidden tab as people's do.
  ignoreDefaultArgs: [
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
  ],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  await page.waitForSelector('body[data-state="ready"]');
  await page.evaluate(noteEvents);
  await page.click('input[name="model"][value="bigram-net"]');
  await page.$eval(
    "#steps",
    (field, steps) => {
      /** @type {HTMLInputElement} */ (field).value = steps;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    },
    String(STEPS),
  );

  await page.click("#train");
  const undisturbed = await outcome(page);
  await page.click("#train");
  await hideAndFreeze(page, url);
  assert.deepEqual(await outcome(page), undisturbed);
  assert.equal(undisturbed.losses.length, STEPS);
  console.log(`${STEPS} steps, hidden and frozen between: the same losses`);
} finally {
  await browser.close();
}

/** Runs in the page. */
function noteEvents() {
  /** @type {string[]} */
  const noted = [];
  Object.assign(globalThis, { noted });
  for (const type of ["visibilitychange", "freeze", "resume"]) {
    document.addEventListener(type, () => noted.push(`${type}: ${document.visibilityState}`));
  }
}

/** @param {import("puppeteer-core").Page} page that is training @param {string} url */
async function hideAndFreeze(page, url) {
  const tab = await page.createCDPSession();
  await trainedOn(page, 1);
  const other = await browser.newPage(); // in front of the other
  const hidden = await step(page);
  await trainedOn(page, hidden + 1000);

  await tab.send("Page.setWebLifecycleState", { state: "frozen" });
  const frozen = await step(page);
  await other.goto(url); // takes the time of thousands of steps
  assert.equal(await step(page), frozen, "a frozen tab does nothing");
  await tab.send("Page.setWebLifecycleState", { state: "active" });
  await trainedOn(page, frozen + 1000);

  await page.bringToFront();
  await other.close();
  assert.equal(await page.$eval("body", (body) => body.dataset.state), "training");
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).noted), [
    "visibilitychange: hidden",
    "freeze: hidden",
    "resume: hidden",
    "visibilitychange: visible",
  ]);
}

/** @param {import("puppeteer-core").Page} page @returns {Promise<number>} */
function step(page) {
  return page.$eval("#training-progress", (bar) => /** @type {HTMLProgressElement} */ (bar).value);
}

/** @param {import("puppeteer-core").Page} page @param {number} least steps of the run */
async function trainedOn(page, least) {
  const bar = "document.getElementById('training-progress').value";
  await page.waitForFunction(`${bar} >= ${least}`, { polling: "mutation" });
}

/** @param {import("puppeteer-core").Page} page @returns what its run ends with */
async function outcome(page) {
  await page.waitForSelector('body[data-state="training"]');
  await page.waitForSelector('body[data-state="ready"]');
  const losses = await page.workers()[0]?.evaluate(lossesInPython);
  const shown = await page.$eval("#loss", (output) => output.textContent);
  return { losses: losses ?? [], shown };
}

/** Runs in the worker. @returns {number[]} to the last bit, and not as the page shows them */
function lossesInPython() {
  const { pyodide } = /** @type {any} */ (globalThis);
  const losses = pyodide.runPython(`
import gc
from makemore.session import State
next(one for one in gc.get_objects() if isinstance(one, State)).learned.trained["bigram-net"].model.run.losses
`);
  return losses.toJs();
}
