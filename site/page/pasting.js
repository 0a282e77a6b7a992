/** A long text that is pasted or dropped goes past the box: browsers lay out one MB in over a second. */

import { megabytes } from "../dom.js";

export const LONG = 200_000; // characters, which take a browser a quarter of a second

/**
 * @param {HTMLTextAreaElement} box
 * @param {(text: string) => void} use what to do with a text that is too long to be shown
 */
export function listen(box, use) {
  box.addEventListener("paste", (event) => take(event, event.clipboardData));
  box.addEventListener("drop", (event) => take(event, event.dataTransfer));

  /** @param {Event} event @param {DataTransfer | null} data */
  function take(event, data) {
    const pasted = data?.getData("text/plain") ?? "";
    if (pasted.length < LONG || data?.files.length) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = box;
    const text =
      event.type === "drop"
        ? `${value}\n${pasted}`
        : value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
    box.value = "";
    box.placeholder = `What you gave (${megabytes(text.length)}) is too long to be shown here, and is used at once.`;
    use(text);
  }
}
