/**
 * The theme, set before anything is painted: hence a plain script, not a module. Without a choice
 * the style sheets follow the system.
 */

{
  const KEY = "makemore.theme";
  const root = document.documentElement;

  /** @param {string | null} choice */
  const apply = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
    // For what is drawn on a canvas and cannot follow by itself.
    root.dispatchEvent(new Event("themechange", { bubbles: true }));
  };

  /** @param {(storage: Storage) => string | null} use */
  const remembered = (use) => {
    try {
      return use(localStorage);
    } catch {
      return null; // storage is not allowed: the choice holds until the page is left
    }
  };

  const choice = remembered((storage) => storage.getItem(KEY));
  apply(choice);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    root.dispatchEvent(new Event("themechange", { bubbles: true }));
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const radio of document.querySelectorAll('input[name="theme"]')) {
      if (!(radio instanceof HTMLInputElement)) continue;
      radio.checked = radio.value === (root.dataset.theme ?? "system");
      radio.addEventListener("change", () => {
        apply(radio.value);
        remembered((storage) => {
          storage.setItem(KEY, radio.value);
          return null;
        });
      });
    }
  });
}
