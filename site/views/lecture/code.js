/** The Python that computes a step, as it is in the package. */

import { h } from "../../dom.js";

/** @typedef {import("./types").Code} Code */

/**
 * @param {HTMLElement} element
 * @param {{ code: Code[], uses: Code[] }} data
 */
export function render(element, { code, uses }) {
  const more = uses.map((part) =>
    h("details", {}, h("summary", {}, h("code", {}, part.name)), source(part)),
  );
  element.replaceChildren(
    h("h3", {}, "The Python that computed this"),
    ...code.map(source),
    ...(more.length > 0 ? [h("h4", {}, "Of the package, behind it"), ...more] : []),
  );
}

/** @param {Code} code */
export function source({ name, pieces }) {
  const inside = pieces.map(([kind, text]) =>
    kind ? h("span", { class: `py-${kind}` }, text) : text,
  );
  return h(
    "pre",
    { tabindex: 0, role: "region", "aria-label": `Source of ${name}` },
    h("code", {}, ...inside),
  );
}
