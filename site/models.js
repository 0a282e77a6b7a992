/** The models that there are, as far as the page has to know them before Python tells. */

/** @typedef {import("./types").ModelInfo} ModelInfo */

/** @type {ModelInfo[]} */
export const FALLBACK_MODELS = [
  {
    kind: "auto",
    label: "Auto",
    idea: "The best of the counting models for this list, chosen on held-out words.",
    net: false,
    settings: [],
  },
  {
    kind: "bigram",
    label: "Bigram counts",
    idea: "Counts which letter follows which.",
    net: false,
    settings: [{ name: "smoothing", label: "Smoothing", low: 0, high: 1e9, default: 1 }],
  },
  {
    kind: "bigram-net",
    label: "Bigram net",
    idea: "Finds the same table by gradient descent.",
    net: true,
    settings: [
      {
        ...{ name: "steps", label: "Steps", low: 1, high: 100_000, whole: true },
        default: 300,
      },
      {
        name: "learning_rate",
        label: "Learning rate",
        low: 0,
        high: 1e9,
        default: 50,
      },
      { name: "l2", label: "Regularization", low: 0, high: 1e9, default: 0.01 },
    ],
  },
];
