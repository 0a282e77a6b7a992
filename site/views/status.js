/** The one line that says what happened, read out politely by screen readers. */

/**
 * @param {HTMLElement} element
 * @param {{ text: string, error?: boolean }} message
 */
export function render(element, { text, error = false }) {
  element.classList.toggle("error", error);
  element.textContent = text;
  // On small screens each message goes after a while: a new one begins that anew.
  element.dataset.beat = element.dataset.beat === "1" ? "0" : "1";
}
