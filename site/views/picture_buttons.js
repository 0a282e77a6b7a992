/** The two buttons that save what they stand beside as a picture; page/save_picture.js listens to them. */

import { h } from "../dom.js";

/**
 * @param {string} title of the picture; empty for that of the table in it
 * @param {string} [of] the id of what is saved; without, it is the nearest element around the
 *   buttons that has `data-pictured`
 */
export function pictureButtons(title, of = "") {
  return ["PNG", "SVG"].map((form) =>
    h(
      "button",
      {
        ...{ type: "button", class: "quiet save-picture", "data-not-in-picture": true },
        ...{ "data-picture": of, "data-title": title, "data-as": form.toLowerCase() },
        "aria-label": of ? undefined : `Save “${title}” as ${form}`,
      },
      of ? `Save as ${form}` : form,
    ),
  );
}

/** Beside something that has `data-pictured`. @param {string} title */
export function pictureCorner(title) {
  return h(
    "div",
    { class: "picture-corner", "data-not-in-picture": true },
    ...pictureButtons(title),
  );
}
