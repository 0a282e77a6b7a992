/** The start: wire the panels, begin to load Python, and show what is known before it comes. */

import * as compare from "./compare_place.js";
import * as continuing from "./continuing.js";
import * as inside from "./inside_place.js";
import * as leaving from "./leaving.js";
import * as lecture from "./lecture.js";
import * as python from "./lifecycle.js";
import * as lists from "./lists_panel.js";
import * as make from "./make_panel.js";
import * as models from "./models_panel.js";
import { attempt, refresh } from "./page.js";
import * as present from "./present.js";
import * as projects from "./projects.js";
import * as runs from "./runs.js";
import * as pictures from "./save_picture.js";
import * as score from "./score_panel.js";
import * as shell from "./shell.js";
import * as table from "./table_panel.js";
import * as words from "./words_panel.js";

python.listen();
lists.listen(() => {
  shell.showContext();
  projects.changed();
}, projects);
models.listen(() => {
  shell.showContext();
  make.mark();
  make.askHowLikely();
  refresh();
  projects.changed();
});
make.listen();
words.listen({
  onChange() {
    shell.showContext();
    refresh();
    projects.changed();
  },
  onMore: make.pressMore,
  onLike: make.pressMoreLike,
  onNever: make.neverShow,
  async onScore(word) {
    location.hash = "#inside";
    await score.scoreWord(word);
  },
});
runs.listen();
compare.listen(projects.changed);
score.listen(inside.study);
inside.listen();
pictures.listen();
table.listen();
lecture.listen();
leaving.listen();
continuing.listen();
shell.listen();
projects.listen();
present.listen();
await Promise.all([attempt(lists.fillLists), attempt(python.start), projects.offer()]);
