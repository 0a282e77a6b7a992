/** How far a net in training is: its steps, the time that is left, and words that it makes by now. */

import { counted, h, whole } from "../dom.js";

const MOST = 60; // characters of all words together, so that they keep to their place

/**
 * @param {HTMLElement} element
 * @param {Pick<import("../types").TrainReport, "step" | "steps" | "left" | "words">} report
 * @param {string} note that stands there until there are words
 */
export function render(element, { step, left, words }, note) {
  const time = left == null ? "" : `, ${inWords(left)} left`;
  const far = `After ${counted(step, "step")}${time}. `;
  const shown = short(words?.words ?? []);
  if (words == null || shown.length === 0) {
    element.textContent = far + note;
    return;
  }
  const list = shown.flatMap((word, i) => [i === 0 ? "" : ", ", h("bdi", {}, word)]);
  const made = h("span", {}, `As of step ${whole(words.step)} it makes: `, ...list);
  element.replaceChildren(far, made);
}

/** @param {string[]} words @returns {string[]} the first that fit, without empty ones */
function short(words) {
  let characters = 0;
  return words.filter((word) => {
    characters += word.length + 2;
    return word !== "" && characters <= MOST;
  });
}

/** @param {number} seconds */
function inWords(seconds) {
  if (seconds < 1.5) return "about a second";
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  return `about ${Math.round(seconds / 60)} min`;
}
