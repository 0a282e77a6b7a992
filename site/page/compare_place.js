/** Compare: all models side by side. */

import { byId } from "../dom.js";
import * as ladderView from "../views/ladder.js";
import * as models from "./models_panel.js";
import { state } from "./page.js";

export function show() {
  ladderView.render(byId("ladder"), { models: models.all(), cards: state.cards });
}
