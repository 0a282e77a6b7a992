/** What can be changed in a step. */

import { h } from "../../dom.js";

/** @typedef {import("./types").LectureInput} LectureInput */

/**
 * @param {HTMLElement} form
 * @param {{ inputs: LectureInput[], typed: Record<string, string> }} data
 */
export function render(form, { inputs, typed }) {
  form.hidden = inputs.length === 0;
  form.replaceChildren(
    h(
      "div",
      { class: "fields" },
      ...inputs.map((input) => field(input, typed[input.name] ?? String(input.default))),
    ),
    h("button", { type: "reset", class: "quiet" }, "Reset"),
  );
  refresh(form, inputs);
}

/** Bring what depends on the values in line with them. @param {HTMLElement} form @param {LectureInput[]} inputs */
export function refresh(form, inputs) {
  const values = read(form, inputs);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type="reset"]'));
  button.disabled = inputs.every((input) => values[input.name] === String(input.default));
  for (const input of inputs.filter(({ kind }) => kind === "slider")) {
    const output = form.querySelector(`output[for="${controlId(input)}"]`);
    const slider = form.querySelector(`#${controlId(input)}`);
    const said = input.choices.find(([value]) => String(value) === values[input.name])?.[1] ?? "";
    if (output) output.textContent = said;
    slider?.setAttribute("aria-valuetext", said);
  }
}

/**
 * @param {HTMLElement} form
 * @param {LectureInput[]} inputs
 * @returns {Record<string, string>} as typed, by name
 */
export function read(form, inputs) {
  return Object.fromEntries(inputs.map((input) => [input.name, typedIn(form, input)]));
}

/** @param {HTMLElement} form @param {LectureInput} input */
function typedIn(form, input) {
  const control = form.querySelector(`#${controlId(input)}`);
  if (control instanceof HTMLSelectElement) return control.value;
  if (!(control instanceof HTMLInputElement)) return String(input.default);
  if (input.kind === "slider") return String(input.choices[Number(control.value)]?.[0]);
  return control.validity.badInput ? "no number" : control.value;
}

/**
 * Say what is wrong with an input, beside it; or nothing.
 *
 * @param {HTMLElement} form
 * @param {string | undefined} name of the input
 * @param {string} message
 * @returns {boolean} whether there is such an input
 */
export function showError(form, name, message) {
  for (const control of form.querySelectorAll("input, select")) {
    const wrong = control.id === `lecture-${name}`;
    control.setAttribute("aria-invalid", "true");
    if (!wrong) control.removeAttribute("aria-invalid");
    const place = form.querySelector(`#${control.id}-error`);
    if (place) place.textContent = wrong ? message : "";
  }
  return form.querySelector('[aria-invalid="true"]') !== null;
}

/** @param {LectureInput} input */
function controlId({ name }) {
  return `lecture-${name}`;
}

/** @param {LectureInput} input @param {string} value */
function field(input, value) {
  const id = controlId(input);
  const described = `${id}-error${input.help ? ` ${id}-help` : ""}`;
  return h(
    "div",
    { class: `field of-${input.kind}` },
    h("label", { for: id }, input.label),
    ...control(input, id, value, described),
    ...(input.help ? [h("small", { id: `${id}-help` }, input.help)] : []),
    h("small", { id: `${id}-error`, class: "error", "aria-live": "polite" }),
  );
}

/** @param {LectureInput} input @param {string} id @param {string} value @param {string} described */
function control(input, id, value, described) {
  const same = { id, "aria-describedby": described, autocomplete: "off" };
  const chosen = (/** @type {string | number} */ choice) => String(choice) === value;
  if (input.kind === "select") {
    return [
      h(
        "select",
        same,
        ...input.choices.map(([choice, label]) =>
          h("option", { value: choice, selected: chosen(choice) }, label),
        ),
      ),
    ];
  }
  if (input.kind === "slider") {
    const at = input.choices.findIndex(([choice]) => chosen(choice));
    const range = { type: "range", min: 0, max: input.choices.length - 1, step: 1, value: at };
    return [h("input", { ...same, ...range }), h("output", { for: id })];
  }
  if (input.kind === "number") {
    const range = { min: input.low, max: input.high, step: input.whole ? 1 : "any" };
    const mode = input.whole ? "numeric" : "decimal";
    return [h("input", { ...same, ...range, type: "number", inputmode: mode, value })];
  }
  return [
    h("input", { ...same, type: "text", spellcheck: "false", autocapitalize: "none", value }),
  ];
}
