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
/**
 * @typedef {object} Carried
 * @property {{ name: string, text: string, options: import("../types").ReadOptions }} [list]
 * @property {string[]} stars
 * @property {string[]} [seen] words that are left out, because they were seen before those it shows
 * @property {string[]} [like] words that the model was refitted to
 * @property {{ kind: string, model: Record<string, string> }[]} [nets] that the model is made of
 */
/**
 * @typedef {object} Opened
 * @property {Source | undefined} source
 * @property {string[]} stars
 * @property {string[]} seen
 * @property {string[]} like
 * @property {{ kind: string, model: Record<string, string> }[]} nets
 */

const LONGEST = 8_000; // letters of an address, which all programs let through
const LARGEST = 200_000; // bytes of a list that is tried

export async function copy() {
  const query = settings.query({
    list: state.listId,
    kind: state.kind,
    model: models.typedSettings(),
  });
  if (state.notebook) query.set("notebook", "1");
  const stars = words.stars();
  const list = await ownList();
  const told = [];
  if (state.listId) told.push(`the list ${quoted(state.summary?.name ?? "")} by its name`);
  const nets = models.lineage();
  let shown = make.reproducible() && nets ? words.snapshot().map(({ word }) => word) : [];
  let needed = shown.length > 0 ? carriedFor(nets) : {};
  if ((await packedOf({ stars, ...needed })).length > LONGEST) [shown, needed] = [[], {}];
  let packed = await packedOf({ list, stars, ...needed });
  if (packed.length > LONGEST && list) {
    packed = await packedOf({ stars, ...needed });
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
  if (words.count() > 0 && shown.length === 0) {
    told.push("not the words, which these do not give again (save the project for them)");
  }
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

/** @param {Carried} carried @returns {Promise<string>} nothing if there is nothing in it */
async function packedOf(carried) {
  const { stars, ...others } = carried;
  const some = stars.length > 0 || Object.values(others).some((value) => value !== undefined);
  return some ? pack(JSON.stringify(carried)) : "";
}

/**
 * What a link needs beside its settings, so that its words come again.
 *
 * @param {Carried["nets"]} nets
 * @returns {Partial<Carried>}
 */
function carriedFor(nets = []) {
  const { seen } = make.request();
  const like = state.cards.get(state.kind)?.facts?.like;
  return {
    ...(seen.length > 0 && { seen }),
    ...(like && { like }),
    ...(nets.length > 0 && { nets }),
  };
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
 * @returns {Promise<Opened>}
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
  const { list } = carried;
  const [stars = [], seen = [], like = []] = [carried.stars, carried.seen, carried.like].map(
    strings,
  );
  const nets = Array.isArray(carried.nets) ? carried.nets.slice(0, 1) : [];
  const opened = { stars, seen, like, nets: nets.filter((net) => typeof net?.kind === "string") };
  if (typeof list?.text !== "string") return { source: undefined, ...opened };
  const { text, options } = list;
  const source = {
    name: String(list.name ?? "The link’s list").slice(0, 200),
    pasted: true,
    blob: async () => new Blob([text]),
    options: typeof options === "object" && options !== null ? options : {},
  };
  return { source, ...opened };
}

/** @param {unknown} found @returns {string[]} */
function strings(found) {
  return Array.isArray(found)
    ? found.filter((one) => typeof one === "string").slice(0, 10_000)
    : [];
}
