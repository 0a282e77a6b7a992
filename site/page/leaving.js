/** Leaving the page asks first if that would lose what no file and no link brings back. */

import * as lists from "./lists_panel.js";
import { state } from "./page.js";
import * as words from "./words_panel.js";

export function listen() {
  addEventListener("beforeunload", (event) => {
    if (state.training || lists.anyPasted() || words.stars().length > 0) event.preventDefault();
  });
}
