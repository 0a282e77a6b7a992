/** Lines that a program prints, the last ones in sight. */

/**
 * @param {{ part: HTMLElement, text: HTMLElement }} elements
 * @param {{ lines: string[] }} data nothing is shown without any
 */
export function render({ part, text }, { lines }) {
  part.hidden = lines.length === 0;
  const atEnd = text.scrollTop + text.clientHeight >= text.scrollHeight - 4;
  text.textContent = lines.join("\n");
  if (atEnd) text.scrollTop = text.scrollHeight;
}
