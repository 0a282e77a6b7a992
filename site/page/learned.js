/** Everything that shows what the models know now, brought in line with them. */

import * as inside from "./inside_place.js";
import * as score from "./score_panel.js";
import * as model from "./table_panel.js";

export async function update() {
  await model.update();
  await score.update();
  await inside.update();
}
