/** Whether the page can be used without a network. */

/**
 * @param {HTMLElement} element
 * @param {{ state: "keeping" | "kept" | "refused", text: string }} offline
 */
export function render(element, { state, text }) {
  element.dataset.state = state;
  element.textContent = text;
}
