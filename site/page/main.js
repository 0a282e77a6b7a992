/** The start: wire the steps, begin to load Python, and show what is known before it comes. */

import * as more from "./generate_panel.js";
import * as idea from "./idea.js";
import * as leaving from "./leaving.js";
import * as lecture from "./lecture.js";
import * as python from "./lifecycle.js";
import * as words from "./lists_panel.js";
import { attempt } from "./page.js";
import * as receipts from "./receipts.js";
import * as runs from "./runs.js";
import * as score from "./score_panel.js";
import * as model from "./table_panel.js";
import * as train from "./train_panel.js";

python.listen();
words.listen();
train.listen();
runs.listen();
receipts.listen();
score.listen();
model.listen();
more.listen();
idea.listen();
lecture.listen();
leaving.listen();
await Promise.all([attempt(words.fillLists), attempt(python.start)]);
