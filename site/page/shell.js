/** Around the places: the menu, the line that says what is in use, and sheets on small screens. */

import { byId } from "../dom.js";
import * as contextView from "../views/context.js";
import * as links from "./link.js";
import * as models from "./models_panel.js";
import { attempt, state } from "./page.js";
import * as words from "./words_panel.js";

const NARROW = matchMedia("(max-width: 61.99rem)");

/** The button that was clicked last, or for the first time of two. @type {Element | null} */
let clicked = null;

/**
 * Stop and Resume take each other's place as soon as one is clicked: the second click of two in
 * quick succession was not meant for the other. A third one is: somebody insists.
 *
 * @param {MouseEvent} event
 */
function leaveOutSecond(event) {
  const { target, detail } = event;
  const button = target instanceof Element ? target.closest("button") : null;
  const group = button?.closest(".actions");
  if (detail === 2 && button !== clicked && group && group === clicked?.closest(".actions")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else clicked = button;
}

export function listen() {
  placeProjectFiles();
  document.querySelector("a.skip")?.addEventListener("click", skip);
  NARROW.addEventListener("change", () => {
    placeProjectFiles();
    closeSheet();
  });
  document.addEventListener("click", leaveOutSecond, { capture: true });
  byId("copy-link").addEventListener("click", () => attempt(links.copy));
  byId("more-button").addEventListener("click", () => showMenu(byId("more").hidden === true));
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && !target.closest(".bar-tools")) showMenu(false);
  });
  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => open(/** @type {any} */ (button).dataset.opens));
  }
  for (const button of document.querySelectorAll("[data-closes]")) {
    button.addEventListener("click", closeSheet);
  }
  byId("backdrop").addEventListener("click", closeSheet);
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    if (!byId("more").hidden) {
      showMenu(false);
      byId("more-button").focus();
    } else closeSheet();
  });
  document.addEventListener("placechange", closeSheet);
}

/** Go to what the place is for; its address stays. @param {Event} event */
function skip(event) {
  event.preventDefault();
  const { place = "make" } = document.documentElement.dataset;
  const to = byId(place === "make" ? "make-form" : `${place}-place`);
  to.tabIndex = -1;
  to.focus();
  to.scrollIntoView();
}

/** Where there is no room for them in the bar, they are in its menu. */
function placeProjectFiles() {
  const place = byId(NARROW.matches ? "menu-project" : "bar-project");
  place.append(byId("save-project"), byId("open-project"));
}

/** @param {boolean} shown */
function showMenu(shown) {
  byId("more").hidden = !shown;
  byId("more-button").setAttribute("aria-expanded", String(shown));
}

/** What opened the sheet. @type {HTMLElement | undefined} */
let opener;

/** Open a panel: as a sheet on a small screen; else it is there, and gets the focus. @param {string} id */
function open(id) {
  if (document.documentElement.dataset.place !== "make") location.hash = "#make";
  const panel = byId(id);
  if (NARROW.matches) {
    closeSheet();
    opener = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    panel.classList.add("open");
    byId("backdrop").hidden = false;
    for (const each of behind(panel)) each.inert = true;
  }
  panel.querySelector("h2")?.focus();
}

/** All that is covered by a sheet, but for the line that tells what happens. @param {HTMLElement} sheet */
function behind(sheet) {
  /** @type {HTMLElement[]} */
  const found = [];
  const shown = [sheet, byId("backdrop"), byId("status")];
  /** @param {Element} element */
  const collect = (element) => {
    for (const child of element.children) {
      if (!(child instanceof HTMLElement) || shown.includes(child)) continue;
      if (shown.some((one) => child.contains(one))) collect(child);
      else found.push(child);
    }
  };
  collect(document.body);
  return found;
}

function closeSheet() {
  const sheet = document.querySelector(".sheet.open");
  if (!(sheet instanceof HTMLElement)) return;
  sheet.classList.remove("open");
  for (const each of behind(sheet)) each.inert = false;
  byId("backdrop").hidden = true;
  opener?.focus();
}

/** Say what is in use. */
export function showContext() {
  const { summary, loaded } = state;
  const made = { words: words.count(), stars: words.stars().length };
  contextView.render({
    ...{ summary, card: models.known(), label: loaded ? models.info().label : undefined },
    made: loaded || made.words > 0 ? made : undefined,
  });
}
