/** All that was counted, as a table for other programs: however much of it the page shows. */

import { counted } from "../dom.js";
import * as actions from "./actions.js";
import * as files from "./files.js";
import { say } from "./page.js";

const FILE = "makemore-counts.tsv";

/** @param {string} kind of the model; of one that has counted nothing, it is the list's pairs */
export async function saveCounts(kind) {
  const { text, rows, of } = await actions.allCounts(kind);
  files.save(FILE, new Blob([text], { type: "text/tab-separated-values" }));
  const what = of === "pairs" ? "of pairs, of all symbols" : `of ${of}, of all orders`;
  say(`${counted(rows, "count")} ${what}: saved as ${FILE}.`);
}
