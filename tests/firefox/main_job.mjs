/**
 * The main job in a stock Firefox, which Playwright cannot drive: WebDriver BiDi can.
 *
 * node tests/firefox/main_job.mjs URL-OF-THE-PAGE PATH-OF-FIREFOX
 */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "puppeteer-core";

const START = 180_000; // ms; a busy machine may need long
const [, , url, executablePath] = process.argv;
assert(url && executablePath, "Give the URL of the page and the path of Firefox.");

const folder = await mkdtemp(join(tmpdir(), "makemore-"));
const browser = await launch({ browser: "firefox", executablePath, headless: true });
try {
  console.log(`Firefox: ${await browser.version()}`);
  const page = await browser.newPage();
  const problems = watch(page);
  await mainJob(page, url);
  assert.deepEqual(problems, [], "what the page reported");
  console.log("Firefox: list, table, counting, net, words, upload, recovery passed");
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

/** @param {import("puppeteer-core").Page} page @returns {string[]} filled as problems come */
function watch(page) {
  /** @type {string[]} */
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error}`));
  return problems;
}

/** @param {import("puppeteer-core").Page} page @param {string} url */
async function mainJob(page, url) {
  await page.evaluateOnNewDocument(() => {
    /** @type {Worker[]} */
    const workers = [];
    Object.assign(globalThis, { workers });
    globalThis.Worker = class extends Worker {
      /** @param {ConstructorParameters<typeof Worker>} args */
      constructor(...args) {
        super(...args);
        workers.push(this);
      }
    };
  });
  await page.goto(url);
  await page.waitForSelector('body[data-state="ready"]', { timeout: START });
  const preview = await (await fetch(new URL("data/names.preview.json", url))).json();
  // What Python in Node made when the page was built, Python in Firefox makes too.
  assert.deepEqual(
    await words(page),
    preview.generated.words.map((/** @type {{ word: string }} */ { word }) => word),
  );
  assert.equal(await text(page, "#loss"), preview.fit.mean_nll.toFixed(4));
  assert((await page.$$('table[aria-label="Bigram counts"] td')).length >= 27 * 27);

  await page.click('input[name="model"][value="gradient"]');
  await page.click("#train");
  await said(page, "Trained after 300 steps");
  await page.click("#generate");
  await said(page, "20 words made");
  const trained = await words(page);
  assert.equal(trained.length, 20);

  const file = join(folder, "mine.txt");
  await writeFile(file, "emma\nolivia\nava\nÄnne\n");
  const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (
    await page.$("#upload")
  );
  await input.uploadFile(file);
  await said(page, "4 words of “mine.txt” read");
  await page.click("#train");
  await said(page, "Trained after 300 steps");
  await page.click("#generate");
  await said(page, "20 words made");
  const before = await words(page);
  assert.notDeepEqual(before, trained);

  // The browser ends the worker without a word.
  await page.evaluate(() => /** @type {any} */ (globalThis).workers.at(-1).terminate());
  await said(page, "net after 300 steps", START);
  assert.deepEqual(await words(page), before);
}

/** @param {import("puppeteer-core").Page} page @param {string} selector */
function text(page, selector) {
  return page.$eval(selector, (element) => element.textContent ?? "");
}

/** @param {import("puppeteer-core").Page} page @returns {Promise<string[]>} */
function words(page) {
  return page.$$eval('#generated bdi[class^="word"]', (all) =>
    all.map((element) => element.textContent ?? ""),
  );
}

/** @param {import("puppeteer-core").Page} page @param {string} part of the status line */
async function said(page, part, timeout = 60_000) {
  try {
    await page.waitForFunction(
      (wanted) => document.getElementById("status")?.textContent?.includes(wanted),
      { timeout },
      part,
    );
  } catch (error) {
    throw new Error(`The page did not say “${part}” but “${await text(page, "#status")}”.`, {
      cause: error,
    });
  }
}
