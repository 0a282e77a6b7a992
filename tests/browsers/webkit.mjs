/**
 * The main job in WebKitGTK, by its own driver.
 *
 * node tests/browsers/webkit.mjs URL-OF-THE-PAGE PATH-OF-WEBKITWEBDRIVER
 */

import assert from "node:assert/strict";
import webdriver from "selenium-webdriver";
import { findFreePort } from "selenium-webdriver/net/portprober.js";
import { DriverService } from "selenium-webdriver/remote/index.js";
import { mainJob } from "./main_job.mjs";

const [, , url, executable] = process.argv;
assert(url && executable, "Give the URL of the page and the path of WebKitWebDriver.");

const port = await findFreePort();
const service = new DriverService(executable, {
  loopback: true,
  port,
  args: [`--port=${port}`],
  // WebKitGTK takes its language from here, and C.UTF-8 for one called “C”, which scripts refuse.
  env: { ...process.env, LC_ALL: "C" },
});
const driver = await new webdriver.Builder()
  .usingServer(await service.start())
  .withCapabilities({ browserName: "MiniBrowser" })
  .build();
try {
  const capabilities = await driver.getCapabilities();
  console.log(`WebKitGTK: ${capabilities.getBrowserVersion()}`);
  await mainJob(driverOf(), url);
  assert.deepEqual(await driver.executeScript("return problems"), [], "what the page reported");
} finally {
  await driver.quit();
  await service.kill();
}

/** @returns {import("./main_job.mjs").Driver} */
function driverOf() {
  return {
    name: "WebKitGTK",
    async open(address) {
      await driver.get(address);
      await driver.executeScript(watch);
    },
    evaluate: (action, ...args) => driver.executeScript(action, ...args),
    waitFor: (test, timeout, ...args) =>
      driver.wait(() => driver.executeScript(test, ...args), timeout),
    async click(selector) {
      const element = driver.findElement({ css: selector });
      // This driver takes what lies under the bar for visible, where a person scrolls.
      await driver.executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
      await element.click();
    },
    upload: async (selector, path) => driver.findElement({ css: selector }).sendKeys(path),
  };
}

/** Runs in the page, as early as this driver can. */
function watch() {
  /** @type {string[]} */
  const problems = [];
  Object.assign(globalThis, { problems });
  addEventListener("error", ({ message }) => problems.push(`exception: ${message}`));
  addEventListener("unhandledrejection", ({ reason }) => problems.push(`rejection: ${reason}`));
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    problems.push(`policy: ${violatedDirective} ${blockedURI}`),
  );
  const { error } = console;
  console.error = (...args) => {
    problems.push(`console: ${args.join(" ")}`);
    error(...args);
  };
}
