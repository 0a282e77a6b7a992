/** Files and text that are dropped on the page from outside. */

const TEXT_FIELD = "textarea, input:not([type=file]), [contenteditable]";

/**
 * @param {{ useFiles: (files: File[]) => void, useText: (text: string) => void }} to
 */
export function listen({ useFiles, useText }) {
  let fromPage = false;
  const ended = () => {
    fromPage = false;
  };
  document.addEventListener("dragstart", () => {
    fromPage = true;
    // No pointer moves while something is dragged, and what was removed meanwhile hears no end.
    document.addEventListener("pointermove", ended, { once: true });
  });
  document.addEventListener("dragend", ended);

  /** @param {DragEvent} event @returns {boolean} whether the page makes something of it */
  const isTaken = ({ dataTransfer, target }) => {
    const types = dataTransfer?.types ?? [];
    if (fromPage) return false;
    if (types.includes("Files")) return true;
    const inField = target instanceof Element && target.closest(TEXT_FIELD) !== null;
    return types.includes("text/plain") && !inField;
  };
  document.addEventListener("dragover", (event) => {
    if (isTaken(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!isTaken(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    const text = event.dataTransfer?.getData("text/plain").trim();
    if (files.length > 0) useFiles(files);
    else if (text) useText(text);
  });
}
