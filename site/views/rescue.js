/** The way on when Python does not start or does not answer. */

/**
 * @param {HTMLButtonElement} button
 * @param {string | undefined} label what it does now; undefined when there is no need for it
 */
export function render(button, label) {
  button.hidden = label === undefined;
  button.textContent = label ?? "";
}
