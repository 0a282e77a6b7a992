// Pyodide and NumPy from their official files as Pyodide's manual shows it, then the same first
// words as our page makes.

// @ts-expect-error: the benchmark puts it there
import { loadPyodide } from "./pyodide/pyodide.mjs";

const FIRST_WORDS = `
from makemore import *
words = read_words(data.to_bytes()).words
vocabulary = Vocabulary.from_words(words)
N = count_bigrams(words, vocabulary)
sample_words(CountModel(N).probabilities(), vocabulary, 20, TorchGenerator(2147483647))
`;

const files = ["names.txt", "makemore.zip"].map(async (name) =>
  (await fetch(new URL(name, import.meta.url))).arrayBuffer(),
);
const pyodide = await loadPyodide();
await pyodide.loadPackage("numpy", { messageCallback() {} });
pyodide.runPython("import numpy");
postMessage({ state: "ready" });
const [names, makemore] = await Promise.all(files);
pyodide.unpackArchive(makemore, "zip");
pyodide.globals.set("data", names);
postMessage({ state: "words", words: pyodide.runPython(FIRST_WORDS).toJs() });
