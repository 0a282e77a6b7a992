/** The one line that says what happened, read out politely by screen readers. */

/**
 * @param {HTMLElement} element
 * @param {{ text: string, error?: boolean }} message
 */
export function render(element, { text, error = false }) {
  element.classList.toggle("error", error);
  element.textContent = text;
}
