// The page that the benchmark compares with: shows what the worker says.

const state = /** @type {HTMLElement} */ (document.getElementById("state"));
const list = /** @type {HTMLElement} */ (document.getElementById("words"));
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

worker.onmessage = ({ data }) => {
  for (const word of data.words ?? []) {
    list.append(Object.assign(document.createElement("li"), { textContent: word }));
  }
  state.textContent = data.state;
};
