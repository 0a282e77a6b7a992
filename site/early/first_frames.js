/**
 * Lets the browser show the first screen before anything else: what lies below it (class "later")
 * comes after it in pieces, and the page's own modules come last. As one task, all that would hold
 * back the first screen, the worker's start and a person's first click.
 */

{
  const ROWS = 9; // of the heatmap, between two frames
  const PATIENCE = 1000; // ms

  const root = document.documentElement;
  root.classList.add("first-frames"); // without this script, nothing is held back

  const painted = () =>
    new Promise((resolve) => {
      new PerformanceObserver(resolve).observe({ type: "paint", buffered: true });
      // In the background, nothing is painted.
      setTimeout(resolve, document.hidden ? 0 : PATIENCE);
    });

  const nextFrame = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve));
      setTimeout(resolve, 100);
    });

  const startModules = () => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = "main.js";
    document.head.append(script);
  };

  const showRest = async () => {
    const rest = [...document.querySelectorAll(".later:not(tr)")];
    const rows = [...document.querySelectorAll("tr.later")];
    do {
      for (const element of rest.concat(rows.splice(0, ROWS))) {
        element.classList.remove("later");
        if (element.className === "") element.removeAttribute("class");
      }
      rest.length = 0;
      await nextFrame();
    } while (rows.length > 0);
    root.classList.remove("first-frames");
  };

  document.addEventListener("readystatechange", async () => {
    if (document.readyState !== "interactive") return;
    await painted();
    await showRest();
    startModules();
  });
}
