/** The table as a picture, drawn from its values with the colours that the page shows. */

/** @typedef {import("../tables.js").Shown} Shown */

const CELL = 44; // px
const SCALE = 2; // for print and dense screens
const LARGEST = 8192; // px; browsers refuse larger canvases

/**
 * @param {{ labels: string[], shown: Shown, title: string }} data
 * @param {(row: number, column: number) => { background: string, color: string }} colours
 *   of a cell, as the page shows it
 * @param {{ paper: string, ink: string, font: string }} look
 * @returns {Promise<Blob>} a PNG
 */
export async function draw({ labels, shown, title }, colours, look) {
  const size = (labels.length + 1) * CELL;
  const scale = Math.min(SCALE, LARGEST / (size + CELL));
  const canvas = new OffscreenCanvas(Math.ceil(size * scale), Math.ceil((size + CELL) * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser cannot draw pictures.");
  context.scale(scale, scale);
  context.fillStyle = look.paper;
  context.fillRect(0, 0, size, size + CELL);
  context.textBaseline = "middle";
  write(context, title, CELL / 2, CELL / 2, `600 16px ${look.font}`, look.ink, "left");
  context.translate(0, CELL);
  for (const [i, label] of labels.entries()) {
    const middle = (i + 1.5) * CELL;
    write(context, label, middle, CELL / 2, `600 14px ${look.font}`, look.ink);
    write(context, label, CELL / 2, middle, `600 14px ${look.font}`, look.ink);
    for (const [j, other] of labels.entries()) {
      const { background, color } = colours(i, j);
      const [x, y] = [(j + 1) * CELL, (i + 1) * CELL];
      context.fillStyle = background;
      context.fillRect(x, y, CELL - 1, CELL - 1);
      const value = shown.text(shown.values[i]?.[j] ?? 0);
      write(context, label + other, x + CELL / 2, y + 15, `12px ${look.font}`, color);
      write(context, value, x + CELL / 2, y + 31, `12px ${look.font}`, color);
    }
  }
  return canvas.convertToBlob({ type: "image/png" });
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} font
 * @param {string} color
 * @param {CanvasTextAlign} [align]
 */
function write(context, text, x, y, font, color, align = "center") {
  context.font = font;
  context.fillStyle = color;
  context.textAlign = align;
  context.fillText(text, x, y, align === "left" ? undefined : CELL - 4);
}
