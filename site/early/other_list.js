/**
 * Hides the first view, which is of the default list, if the link names another one: words.js
 * shows that in its place.
 */

{
  const root = document.documentElement;
  const wanted = new URLSearchParams(location.search).get("list");
  if (wanted !== null && wanted !== root.dataset.list) root.classList.add("other-list");
}
