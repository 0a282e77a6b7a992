/** A link that carries what is in use: the list, the model, what is asked of words, and stars. */

import { counted, quoted } from "../dom.js";
import * as settings from "../settings.js";
import * as files from "./files.js";
import * as make from "./make_panel.js";
import * as models from "./models_panel.js";
import { checksum, pack, unpack } from "./packed.js";
import { say, state } from "./page.js";
import * as words from "./words_panel.js";

/** @typedef {import("./lists.js").Source} Source */
/** @typedef {{ list?: { name: string, text: string, options: import("../types").ReadOptions }, stars: string[] }} Carried */

const LONGEST = 8_000; // letters of an address, which all programs let through
const LARGEST = 200_000; // bytes of a list that is tried

export async function copy() {
  const query = settings.query({
    list: state.listId,
    kind: state.kind,
    model: models.typedSettings(),
  });
  const stars = words.stars();
  const list = await ownList();
  const told = [];
  if (state.listId) told.push(`the list ${quoted(state.summary?.name ?? "")} by its name`);
  let packed = list || stars.length > 0 ? await pack(JSON.stringify({ list, stars })) : "";
  if (packed.length > LONGEST && list) {
    packed = stars.length > 0 ? await pack(JSON.stringify({ stars })) : "";
    told.push("not your list, which is too long for a link");
  } else if (list) told.push(`your list (${counted(state.summary?.count ?? 0, "word")})`);
  else if (!state.listId) told.push("not your list, which is too long for a link");
  if (packed !== "") query.set("with", packed);
  const never = settings.never();
  if (never.length > 0) {
    query.set("never", settings.neverText(never));
    told.push(`${counted(never.length, "piece")} of words never to be shown`);
  }
  told.push(models.info().label, "its settings", "what you ask of words");
  const shown = make.reproducible() ? words.snapshot().map(({ word }) => word) : [];
  if (shown.length > 0) {
    query.set("shown", String(shown.length));
    query.set("sum", checksum(shown));
    told.push(`the seed of ${counted(shown.length, "word")}`);
  }
  if (stars.length > 0) told.push(counted(stars.length, "starred word"));
  const address = `${location.origin}${location.pathname}#make?${query}`;
  await files.copy(address);
  say(`The link is in the clipboard. It carries ${told.join(", ")}.`);
}

/** @returns {Promise<Carried["list"]>} the list as text, if it is no built-in one and short */
async function ownList() {
  const source = state.inUse;
  if (source === undefined || source.id) return undefined;
  const blob = await source.blob();
  if (blob.size > LARGEST) return undefined;
  const encoding = source.options?.encoding ?? "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(await blob.arrayBuffer());
    const { encoding: _, guessed: __, ...options } = source.options ?? {};
    return { name: source.name, text, options };
  } catch {
    return undefined; // an encoding that only Python knows
  }
}

/**
 * What a link carries beside its settings.
 *
 * @param {string} packed
 * @returns {Promise<{ source: Source | undefined, stars: string[] }>}
 */
export async function open(packed) {
  /** @type {Carried} */
  let carried;
  try {
    carried = JSON.parse(await unpack(packed));
    if (!Array.isArray(carried.stars)) throw new Error("no stars");
  } catch {
    throw new Error("The link is damaged: what it carries cannot be read. Copy it again, whole.");
  }
  const { list, stars } = carried;
  const strings = stars.filter((star) => typeof star === "string").slice(0, 10_000);
  if (typeof list?.text !== "string") return { source: undefined, stars: strings };
  const { text, options } = list;
  const source = {
    name: String(list.name ?? "The link’s list").slice(0, 200),
    pasted: true,
    blob: async () => new Blob([text]),
    options: typeof options === "object" && options !== null ? options : {},
  };
  return { source, stars: strings };
}
