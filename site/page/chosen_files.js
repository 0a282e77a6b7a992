/** Files that were chosen or dropped: a list, a project or a model; of several, what is to be done. */

import { byId, counted, h } from "../dom.js";
import * as lists from "./lists.js";
import * as loads from "./loads.js";
import { attempt, say } from "./page.js";

/** @typedef {import("./lists.js").Source} Source */

const NAMED = 5; // files whose names are told
const LONGEST_HEADER = 100_000_000; // bytes, as of safetensors

const question = byId("files-question");

/** What is asked about. @type {File[]} */
let asked = [];

/** @type {{ useList: (source: Source) => Promise<void>, useSaved: (file: File) => Promise<void> }} */
let to;

/** @param {typeof to} ways what to do with a list, and with what the page itself has saved */
export function listen(ways) {
  to = ways;
  const answers = {
    "files-join": () => to.useList(lists.joined(asked)),
    "files-first": () => to.useList(lists.fromFile(/** @type {File} */ (asked[0]))),
    "files-none": async () => say("The list before is still in use."),
  };
  for (const [id, answer] of Object.entries(answers)) {
    byId(id).addEventListener("click", () => {
      question.hidden = true;
      attempt(answer);
    });
  }
}

/** @param {File[]} files */
export async function use(files) {
  const [file, ...others] = files;
  question.hidden = true;
  if (file === undefined) return;
  const isLast = loads.place();
  const saved = [];
  for (const one of files) if (await isSaved(one)) saved.push(one);
  if (!isLast()) return;
  if (others.length === 0) {
    await (saved.length > 0 ? to.useSaved(file) : to.useList(lists.fromFile(file)));
  } else if (saved.length > 0) {
    throw new Error(
      `${counted(files.length, "file")} came at once, and one of them is a project or a model. Open that one by itself.`,
    );
  } else ask(files);
}

/** @param {File[]} files */
function ask(files) {
  asked = files;
  const names = files.slice(0, NAMED).map(({ name }) => h("bdi", {}, name));
  const more = files.length - names.length;
  byId("files-title").textContent = `${counted(files.length, "file")}: one list?`;
  byId("files-names").replaceChildren(
    ...names.flatMap((name, i) => (i === 0 ? [name] : [", ", name])),
    more > 0 ? ` and ${more} more` : "",
  );
  question.hidden = false;
  byId("files-title").focus();
  say(`${counted(files.length, "file")} came. Join them as one list, or use only the first?`);
}

/**
 * Whether a file is one of weights, as the page saves them, whatever it is called.
 *
 * @param {File} file
 */
async function isSaved(file) {
  const head = new DataView(await file.slice(0, 9).arrayBuffer().catch(noBytes));
  if (head.byteLength < 9) return false;
  const length = head.getBigUint64(0, true); // of the header, which is JSON
  return length < LONGEST_HEADER && length > 1n && head.getUint8(8) === 0x7b;
}

/** What cannot be read is said when it is used as a list. */
function noBytes() {
  return new ArrayBuffer(0);
}
