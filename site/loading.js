/**
 * Says why nothing happens if the page's modules can't be loaded. Hence a plain script, which also
 * runs in a page that was opened as a file.
 */

{
  const say = (/** @type {string} */ text) => {
    const status = document.getElementById("status");
    if (status === null) return;
    status.classList.add("error");
    status.textContent = text;
    document.body.dataset.state = "error";
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (location.protocol !== "file:") return;
    say(
      "This page was opened as a file, and browsers let such a page load nothing. It needs a web " +
        "server: run “python3 -m http.server” in its folder, then open http://localhost:8000/.",
    );
  });

  // A script that can't be loaded tells only those who listen on the way down.
  addEventListener(
    "error",
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement) || location.protocol === "file:") return;
      say("A part of the page could not be loaded. Check your connection and reload the page.");
    },
    true,
  );
}
