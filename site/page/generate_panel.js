/** Step 3: make words, copy them, download them. */

import { byId, counted } from "../dom.js";
import * as settings from "../settings.js";
import * as generatedView from "../views/generated.js";
import { ActionError } from "./engine.js";
import * as files from "./files.js";
import * as idea from "./idea.js";
import { attempt, engine, onSubmit, refresh, say, state } from "./page.js";
import * as receipts from "./receipts.js";

/** @typedef {import("../types").Generated} Generated */

const wordsNote = byId("words-note");

export function listen() {
  onSubmit("generate-form", generate);
  byId("copy").addEventListener("click", () => attempt(copy));
  byId("download").addEventListener("click", () => attempt(download));
}

async function generate() {
  const generated = await make(settings.model());
  const also = state.training ? " Training goes on." : "";
  say(`${counted(generated.words.length, "word")} made.${also}`);
  settings.toUrl(state.listId);
  refresh();
}

/** Make the first words of a new list, so that it shows at once what it is good for. */
export async function first() {
  try {
    await make("counting");
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    // A setting is out of range: pressing Generate will say which.
    forget();
  }
}

/** @param {import("../types").Model} model */
async function make(model) {
  /** @type {Generated} */
  const generated = await engine.call("generate", {
    model,
    ...settings.read(["count", "seed", "era", "temperature"]),
  });
  state.generated = generated;
  await show(generated);
  return generated;
}

/** @param {Generated} generated */
export async function show(generated, note = "") {
  generatedView.renderNote(wordsNote, { generated, note });
  idea.update({ made: generated.words.map(({ word }) => word) });
  await receipts.show(generated.words);
}

function forget() {
  state.generated = undefined;
  wordsNote.textContent = "Press Generate to make words like these.";
  idea.update({ made: [] });
  attempt(() => receipts.show([]));
}

function generatedText() {
  return `${state.generated?.words.map(({ word }) => word).join("\n") ?? ""}\n`;
}

async function copy() {
  await files.copy(generatedText());
  say("The words are in the clipboard.");
}

async function download() {
  files.save("makemore-words.txt", new Blob([generatedText()], { type: "text/plain" }));
  say("The words were downloaded as makemore-words.txt.");
}
