/**
 * What must not wait for the page's modules: index.html names this first, as a plain script. It
 * starts Python's downloads, decides on theme and list before anything is painted, and tells if
 * the rest of the page can't be loaded.
 */

import "./worker_start.js";
import "./theme.js";
import "./place.js";
import "./other_list.js";
import "./first_frames.js";
import "./loading.js";
