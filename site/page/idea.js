/** The picture of the idea, kept in line with the list, its counts and the words made of them. */

import { byId } from "../dom.js";
import * as ideaView from "../views/idea.js";

/** @type {{ given: string[], made: string[], counts: number[][] }} */
let idea = { given: [], made: [], counts: [] };

export function listen() {
  document.addEventListener("themechange", () => update({}));
}

/** @param {Partial<typeof idea>} change */
export function update(change) {
  idea = { ...idea, ...change };
  ideaView.render(byId("idea"), idea);
}
