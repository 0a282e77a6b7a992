/**
 * The settings, once: each is a form control and a parameter of the URL, so that a link
 * reproduces a run. What a value may be is decided in py/makemore/settings.py.
 */

/** @typedef {{ list?: string } & Record<string, string>} Values */

/** Names are those of Session's arguments; the ids of the controls are the same. */
export const SETTINGS = {
  smoothing: "1",
  steps: "300",
  learning_rate: "50",
  l2: "0.01",
  weights_seed: "2147483647",
  count: "20",
  seed: "2147483647",
  temperature: "1",
  era: "1",
};
/** @typedef {keyof typeof SETTINGS} SettingName */

const NAMES = /** @type {SettingName[]} */ (Object.keys(SETTINGS));
const MODELS = ["counting", "gradient"];
const LONGEST_VALUE = 40; // a link is input like any other

/** @param {string} id @returns {HTMLInputElement | HTMLSelectElement} */
export function control(id) {
  const element = document.getElementById(id);
  if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return element;
  throw new Error(`There is no control with the id ${id}.`);
}

/**
 * @param {SettingName[]} names
 * @returns {Record<string, string>} what the controls hold, as typed
 */
export function read(names) {
  return Object.fromEntries(names.map((name) => [name, typed(control(name))]));
}

/** @param {HTMLInputElement | HTMLSelectElement} element */
function typed(element) {
  // A number field that holds no number has the value "": say so, and not "it is empty".
  return element.validity.badInput ? "no number" : element.value;
}

/** @returns {import("./types").Model} */
export function model() {
  return document.querySelector('input[name="model"][value="gradient"]:checked')
    ? "gradient"
    : "counting";
}

/** Put the settings of the URL into the form. @returns {string | null} the built-in list it names */
export function fromUrl() {
  const query = new URLSearchParams(location.search);
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null && value.length <= LONGEST_VALUE && /^[\w.+-]+$/.test(value)) {
      const element = control(name);
      if (element.type === "number" && !Number.isFinite(Number(value))) continue;
      const before = element.value;
      element.value = value;
      if (element.value === "") element.value = before;
    }
  }
  const chosen = query.get("model");
  if (chosen !== null && MODELS.includes(chosen)) {
    const radio = document.querySelector(`input[name="model"][value="${chosen}"]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
  }
  return query.get("list");
}

/**
 * Write what differs from the defaults into the URL.
 *
 * @param {string | undefined} list the id of the built-in list in use, if it is one
 */
export function toUrl(list) {
  const query = new URLSearchParams();
  if (list) query.set("list", list);
  if (model() !== "counting") query.set("model", model());
  for (const name of NAMES) {
    const { value } = control(name);
    if (value !== "" && value !== SETTINGS[name]) query.set(name, value);
  }
  const search = query.size > 0 ? `?${query}` : "";
  // Even without a change it would make the browser lay out the whole page at once.
  if (search === location.search) return;
  history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
}
