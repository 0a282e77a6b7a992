/** Labelled values with bars: a distribution. */

import { h } from "../../dom.js";
import { asPrinted, written } from "./format.js";

/** @param {import("./types").LectureResult} result @returns {Node[]} */
export function bars({ value, rows, digits, printed }) {
  const values = /** @type {number[]} */ (value);
  const said = /** @type {number[] | undefined} */ (printed);
  const most = Math.max(...values) || 1;
  const items = values.map((each, i) => {
    const bar = h("span", { class: "level", "aria-hidden": true });
    bar.style.setProperty("--share", String(each / most));
    const theirs = said?.[i];
    return h(
      "li",
      {},
      h("b", {}, rows[i] ?? ""),
      bar,
      h("span", { class: "ours" }, written(each, digits)),
      ...(theirs === undefined
        ? []
        : [
            h("span", { class: "unseen" }, ", the notebook "),
            h("span", { class: "printed" }, asPrinted(theirs, digits)),
          ]),
    );
  });
  const legend = said
    ? [h("p", { class: "note" }, "Computed here, and in grey what the notebook printed.")]
    : [];
  return [...legend, h("ul", { class: said ? "levels both" : "levels" }, ...items)];
}
