/** The start: wire the steps, begin to load Python, and show what is known before it comes. */

import * as lecture from "./lecture.js";
import { attempt } from "./page.js";
import * as idea from "./steps/idea.js";
import * as leaving from "./steps/leaving.js";
import * as model from "./steps/model.js";
import * as more from "./steps/more.js";
import * as python from "./steps/python.js";
import * as receipts from "./steps/receipts.js";
import * as runs from "./steps/runs.js";
import * as score from "./steps/score.js";
import * as train from "./steps/train.js";
import * as words from "./steps/words.js";

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
