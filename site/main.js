/** The start: wire the steps, begin to load Python, and show what is known before it comes. */

import { byId } from "./dom.js";
import { attempt, engine, state } from "./page.js";
import * as idea from "./steps/idea.js";
import * as model from "./steps/model.js";
import * as more from "./steps/more.js";
import * as train from "./steps/train.js";
import * as words from "./steps/words.js";
import * as bootView from "./views/boot.js";

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}

async function startPython() {
  try {
    await engine.start((step) => bootView.render(byId("boot"), step));
  } catch (error) {
    document.body.dataset.state = "error";
    byId("boot").hidden = true;
    throw new Error(`Python could not be started: ${message(error)} Reload the page to try again.`);
  }
  state.ready = true;
  byId("boot").hidden = true;
  if (state.source) await words.use(state.source);
}

words.listen();
train.listen();
model.listen();
more.listen();
idea.listen();
await Promise.all([attempt(words.fillLists), attempt(startPython)]);
