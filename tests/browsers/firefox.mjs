/**
 * The main job in a stock Firefox, which Playwright cannot drive: WebDriver BiDi can.
 *
 * node tests/browsers/firefox.mjs URL-OF-THE-PAGE PATH-OF-FIREFOX
 */

import assert from "node:assert/strict";
import { launch } from "puppeteer-core";
import { mainJob } from "./main_job.mjs";

const [, , url, executablePath] = process.argv;
assert(url && executablePath, "Give the URL of the page and the path of Firefox.");

const browser = await launch({ browser: "firefox", executablePath, headless: true });
try {
  console.log(`Firefox: ${await browser.version()}`);
  const page = await browser.newPage();
  const problems = watch(page);
  await mainJob(driverOf(page), url);
  assert.deepEqual(problems, [], "what the page reported");
} finally {
  await browser.close();
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

/** @param {import("puppeteer-core").Page} page @returns {import("./main_job.mjs").Driver} */
function driverOf(page) {
  return {
    name: "Firefox",
    open: (address) => page.goto(address),
    evaluate: (action, ...args) => page.evaluate(action, ...args),
    waitFor: (test, timeout, ...args) => page.waitForFunction(test, { timeout }, ...args),
    click: (selector) => page.click(selector),
    async upload(selector, path) {
      const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (
        await page.$(selector)
      );
      await input.uploadFile(path);
    },
  };
}
