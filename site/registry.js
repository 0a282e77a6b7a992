/** The models as Python describes them in py/makemore/models/__init__.py: the build wrote them into the page. */

/** @type {import("./types").ModelInfo[]} */
export const MODELS = JSON.parse(document.getElementById("models-data")?.textContent || "[]");
