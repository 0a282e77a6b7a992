/** Everything that shows what the models know now, brought in line with them. */

import * as model from "./model.js";
import * as score from "./score.js";

export async function update() {
  await model.update();
  await score.update();
}
