/** Present mode: large type, one thing at a time, nothing around it; in the address as "?present". */

import { byId } from "../dom.js";
import { say } from "./page.js";

const root = document.documentElement;

export function listen() {
  byId("present").addEventListener("click", begin);
  byId("present-leave").addEventListener("click", leave);
  addEventListener("hashchange", follow);
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && isOn()) leave();
  });
  root.toggleAttribute("data-present", isAsked());
}

function isOn() {
  return root.hasAttribute("data-present");
}

function isAsked() {
  const [, asked = ""] = location.hash.split("?");
  return new URLSearchParams(asked).has("present");
}

/** Links within the place lead on in the same mode, and the address says so. */
function follow() {
  if (isOn() && !isAsked()) history.replaceState(null, "", withPresent());
  root.toggleAttribute("data-present", isAsked());
}

function withPresent() {
  return `${location.hash}${location.hash.includes("?") ? "&" : "?"}present`;
}

/** Present what is shown, if it is a thing to present: a step of the lecture, or a look inside. */
function begin() {
  const { place } = root.dataset;
  byId("more").hidden = true;
  byId("more-button").setAttribute("aria-expanded", "false");
  location.hash = place === "learn" || place === "inside" ? withPresent() : "#learn?present";
  root.toggleAttribute("data-present", true);
  say("Presenting. Escape leaves.");
}

function leave() {
  const [place = "", asked = ""] = location.hash.split("?");
  const rest = asked.split("&").filter((part) => !part.startsWith("present"));
  root.removeAttribute("data-present");
  location.hash = rest.length > 0 ? `${place}?${rest.join("&")}` : place;
}
