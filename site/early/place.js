/**
 * Shows the place that the address names, before anything is painted: hence a plain script. Links of
 * before open where what they name is now.
 */

{
  const TITLES = { make: "Make", compare: "Compare", inside: "Inside", learn: "Learn" };
  const OLD = { workshop: "make", lecture: "learn" };
  const root = document.documentElement;
  const TITLE = document.title;

  const named = () => {
    const [name = ""] = location.hash.slice(1).split(/[/?]/);
    const place = OLD[/** @type {keyof typeof OLD} */ (name)] ?? name;
    return place in TITLES ? /** @type {keyof typeof TITLES} */ (place) : "make";
  };

  const mark = () => {
    for (const link of document.querySelectorAll("nav a[data-place]")) {
      const here = /** @type {HTMLElement} */ (link).dataset.place === root.dataset.place;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };

  const follow = () => {
    const before = root.dataset.place;
    root.dataset.place = named();
    mark();
    if (before === undefined || before === root.dataset.place) return;
    document.title = root.dataset.place === "make" ? TITLE : `${TITLES[named()]} · makemore`;
    scrollTo(0, 0);
    document.dispatchEvent(new Event("placechange"));
  };

  addEventListener("hashchange", follow);
  document.addEventListener("DOMContentLoaded", mark);
  follow();
}
