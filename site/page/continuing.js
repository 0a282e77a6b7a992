/** Continue in Python: what is in use leaves the page as a Jupyter notebook. */

import { byId, counted } from "../dom.js";
import * as actions from "./actions.js";
import * as files from "./files.js";
import * as make from "./make_panel.js";
import * as models from "./models_panel.js";
import { attemptOnce, say, state } from "./page.js";
import * as words from "./words_panel.js";

const FILE = "makemore.ipynb";

export function listen() {
  byId("continue-python").addEventListener("click", () => attemptOnce("continue", save));
}

async function save() {
  await models.ensure();
  const request = make.request();
  const text = await actions.continueInPython(request, words.stars());
  files.save(FILE, new Blob([text], { type: "application/x-ipynb+json" }));
  const name = state.cards.get(state.kind)?.name ?? models.info().label;
  say(
    `${FILE} has your list, ${name} with all that it has learned, and makes ${counted(Number(request.count), "word")} from the same seed.`,
  );
}
