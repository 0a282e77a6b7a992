/** Leaving the page asks first if that would lose what no file and no link brings back. */

import { state } from "./page.js";
import * as words from "./words_panel.js";

export function listen() {
  addEventListener("beforeunload", (event) => {
    if (state.training || state.inUse?.pasted || words.stars().length > 0) event.preventDefault();
  });
}
