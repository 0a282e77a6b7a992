/**
 * Says why nothing happens if the page's modules can't be loaded or run. Hence a plain script, which
 * also runs in a page that was opened as a file.
 */

{
  const say = (/** @type {string} */ text, failed = true) => {
    const status = document.getElementById("status");
    if (status === null) return;
    status.classList.add("error");
    status.textContent = text;
    if (failed) document.body.dataset.state = "error";
  };

  /** @param {unknown} error that nobody caught: a browser that lacks something, or a bug */
  const tell = (error) => {
    if (!(error instanceof Error) || location.protocol === "file:") return;
    const loading = document.body?.dataset.state === "loading";
    say(
      loading
        ? `This browser could not run a part of the page (${error}). Use another browser, or a newer version of this one.`
        : `A part of the page failed (${error}). What you made is still here: go on, or save it and reload the page.`,
      loading,
    );
  };
  addEventListener("error", ({ error }) => tell(error));
  addEventListener("unhandledrejection", ({ reason }) => tell(reason));

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
