/**
 * Hides the first view, which is of the default list, if the link names another list or model:
 * lists_panel.js shows that in its place.
 */

{
  const root = document.documentElement;
  const [, inHash = ""] = location.hash.split(/\?(.*)/s);
  const query = new URLSearchParams(inHash || location.search);
  const wanted = query.get("list");
  if ((wanted !== null && wanted !== root.dataset.list) || query.has("model")) {
    root.classList.add("other-list");
  }
}
