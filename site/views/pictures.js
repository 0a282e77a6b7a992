/** What the page shows, as a picture of its own: any chart, matrix or table, with a title and the list it is of. */

const NAMESPACE = "http://www.w3.org/2000/svg";
const MARGIN = 20; // px
const HEAD = 56; // px, for the title and the source
const SCALE = 2; // for print and dense screens
const LARGEST = 8192; // px; browsers refuse larger canvases
/** What can be drawn without a canvas' points, by its canvas or what holds it. @type {WeakMap<Element, () => SVGElement>} */
export const vectors = new WeakMap();

const OWN_COLOURS = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-size",
  "font-family",
];

/**
 * Draw an element as it is shown: backgrounds, lines below, text, charts.
 *
 * @param {HTMLElement} element
 * @param {{ title: string, source: string }} about
 * @returns {{ svg: string, width: number, height: number }}
 */
export function toSvg(element, { title, source }) {
  const frame = element.getBoundingClientRect();
  const width = Math.ceil(Math.max(frame.width, element.scrollWidth) + 2 * MARGIN);
  const height = Math.ceil(Math.max(frame.height, element.scrollHeight) + HEAD + MARGIN);
  const root = node("svg", { xmlns: NAMESPACE, width, height, viewBox: `0 0 ${width} ${height}` });
  const look = getComputedStyle(element);
  const paper = getComputedStyle(document.body).backgroundColor;
  root.append(node("title", {}, `${title}. ${source}`));
  root.append(node("rect", { width, height, fill: paper }));
  const ink = { size: "13px", weight: "400", family: look.fontFamily, color: look.color };
  root.append(line(title, MARGIN, 26, { ...ink, size: "17px", weight: "600" }));
  root.append(line(source, MARGIN, 45, ink));
  const x = MARGIN - frame.left;
  const y = HEAD - frame.top;
  const content = node("g", { transform: `translate(${x} ${y})` });
  root.append(content);
  walk(element, content);
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

/**
 * @param {{ svg: string, width: number, height: number }} picture
 * @returns {Promise<Blob>} a PNG
 */
export async function toPng({ svg, width, height }) {
  const scale = Math.min(SCALE, LARGEST / Math.max(width, height));
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw pictures.");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else
          reject(new Error("The picture is too large for this browser. Save it as SVG instead."));
      }, "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {Element} element @param {SVGElement} into */
function walk(element, into) {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return;
  if (style.clipPath !== "none" || element.hasAttribute("data-not-in-picture")) return;
  const box = element.getBoundingClientRect();
  if (element instanceof SVGSVGElement) {
    into.append(ofSvg(element, box));
    return;
  }
  const drawn = vectors.get(element)?.();
  if (drawn) {
    const { left: x, top: y } = box;
    drawn.setAttribute("transform", `translate(${x} ${y})`);
    into.append(drawn);
    return;
  }
  if (element instanceof HTMLCanvasElement) {
    const { left: x, top: y, width, height } = box;
    into.append(node("image", { x, y, width, height, href: element.toDataURL("image/png") }));
    return;
  }
  surface(style, box, into);
  for (const child of element.childNodes) {
    if (child instanceof Element) walk(child, into);
    else if (child instanceof Text) write(child, style, into);
  }
}

/** @param {CSSStyleDeclaration} style @param {DOMRect} box @param {SVGElement} into */
function surface(style, { left: x, top: y, right, bottom, width, height }, into) {
  if (width === 0 || height === 0) return;
  const fill = style.backgroundColor;
  if (fill !== "rgba(0, 0, 0, 0)" && fill !== "transparent") {
    const rx = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, height / 2);
    into.append(node("rect", { x, y, width, height, rx, fill }));
  }
  const below = Number.parseFloat(style.borderBottomWidth) || 0;
  if (below > 0 && style.borderBottomStyle !== "none") {
    const stroke = style.borderBottomColor;
    const place = { x1: x, x2: right, y1: bottom - below / 2, y2: bottom - below / 2 };
    into.append(node("line", { ...place, stroke, "stroke-width": below }));
  }
}

/** Write a text where it stands, line by line. @param {Text} text @param {CSSStyleDeclaration} style @param {SVGElement} into */
function write(text, style, into) {
  if (text.data.trim() === "") return;
  const range = document.createRange();
  const words = text.data.matchAll(/\S+/g);
  /** @type {{ said: string, box: DOMRect } | undefined} */
  let open;
  const end = () => {
    if (open === undefined) return;
    const { said, box } = open;
    const { fontSize, fontWeight, fontFamily, color } = style;
    const ink = { size: fontSize, weight: fontWeight, family: fontFamily, color };
    const baseline = box.top + box.height / 2 + Number.parseFloat(fontSize) * 0.35;
    into.append(line(said, box.left, baseline, ink));
    open = undefined;
  };
  for (const word of words) {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    if (open && Math.abs(open.box.top - box.top) < 2) open.said += ` ${word[0]}`;
    else {
      end();
      open = { said: word[0], box };
    }
  }
  end();
}

/** A chart that is an SVG already: its copy, with the colours that style sheets gave it. @param {SVGSVGElement} svg @param {DOMRect} box */
function ofSvg(svg, { left: x, top: y, width, height }) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const originals = svg.querySelectorAll("*");
  for (const [i, element] of [...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(/** @type {Element} */ (originals[i]));
    for (const name of OWN_COLOURS) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("class");
  }
  for (const [name, value] of Object.entries({ x, y, width, height })) {
    copy.setAttribute(name, String(value));
  }
  return copy;
}

/** @typedef {{ size: string, weight: string, family: string, color: string }} Ink */

/** @param {string} text @param {number} x @param {number} y @param {Ink} ink */
function line(text, x, y, { size, weight, family, color }) {
  // Attributes and no style: the page's policy forbids inline styles.
  const font = { "font-size": size, "font-weight": weight, "font-family": family };
  return node("text", { x, y, fill: color, ...font }, text);
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
export function node(tag, attributes, text) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}
