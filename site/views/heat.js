/**
 * The colours of the heatmap: a class for each of 33 strengths. Cells that share a class share
 * their computed style, which a colour of their own would not allow.
 */

const STEPS = 32;
/**
 * The ramps' colours are in css/base.css. From these strengths on, the other ink has the better
 * contrast; on either side of them it is 4.5 or more.
 */
const RAMPS = [
  { selector: ".heat", ramp: "heat", light: 23, dark: 20 },
  { selector: ".heat.signed .more", ramp: "more", light: 25, dark: 19 },
];

/** @param {number} heat from −1 to 1 */
export function heatClass(heat) {
  const strength = Math.round(Math.abs(heat) * STEPS);
  return `${heat < 0 ? "less" : "more"} h${strength}`;
}

/** @returns {string} the rules for these classes; tools/in_node/bundle.mjs adds them to the page's style sheet */
export function rules() {
  return RAMPS.flatMap(({ selector, ramp, light, dark }) =>
    Array.from({ length: STEPS + 1 }, (_, i) => {
      const place = `${selector}${selector.endsWith("more") ? "" : " "}.h${i}`;
      const ink = `light-dark(${i < light ? "#000, " : "#fff, "}${i < dark ? "#fff" : "#000"})`;
      return `${place} { background: ${colour(ramp, i)}; color: ${ink}; }`;
    }),
  ).join("\n");
}

/** @param {string} ramp @param {number} strength */
function colour(ramp, strength) {
  const half = STEPS / 2;
  const [from, to] =
    strength <= half ? ["--heat-low", `--${ramp}-mid`] : [`--${ramp}-mid`, `--${ramp}-high`];
  const share = (100 * (strength <= half ? strength : strength - half)) / half;
  return `color-mix(in oklab, var(${to}) ${share}%, var(${from}))`;
}
