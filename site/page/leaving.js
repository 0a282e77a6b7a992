/** Leaving the page asks first if that would lose what no file and no link brings back. */

import * as lists from "./lists_panel.js";
import { state } from "./page.js";
import * as projects from "./projects.js";
import * as words from "./words_panel.js";

export function listen() {
  addEventListener("beforeunload", (event) => {
    const losable = lists.anyPasted() || words.stars().length > 0;
    if (state.training || (losable && !projects.isKept())) event.preventDefault();
  });
}
