/** A long text that is pasted goes past the box: browsers take over a second for each MB they lay out. */

import { megabytes } from "../dom.js";

const LONG = 200_000; // characters, which take a browser a quarter of a second

/**
 * @param {HTMLTextAreaElement} box
 * @param {(text: string) => void} use what to do with a text that is too long to be shown
 */
export function listen(box, use) {
  box.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (pasted.length < LONG) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = box;
    const text = value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
    box.value = "";
    box.placeholder = `What you pasted (${megabytes(text.length)}) is too long to be shown here, and is used at once.`;
    use(text);
  });
}
