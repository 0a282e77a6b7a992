/** Words that are nearly the same, put together: they differ in one letter, put in, left out or changed. */

/** @typedef {import("../types").GeneratedWord} GeneratedWord */

/**
 * @param {GeneratedWord[]} words
 * @returns {{ word: GeneratedWord, near: boolean }[]} each near-copy after the first of its kind
 */
export function grouped(words) {
  /** @type {Map<string, GeneratedWord[]>} the words that a shortened form is of: the head of each group */
  const heads = new Map();
  /** @type {Map<GeneratedWord, GeneratedWord[]>} */
  const groups = new Map();
  for (const word of words) {
    const forms = shortened(word.word);
    const head = forms
      .flatMap((form) => heads.get(form) ?? [])
      .find((one) => differsByOne(one.word, word.word));
    if (head) groups.get(head)?.push(word);
    else {
      groups.set(word, []);
      for (const form of forms) heads.set(form, [...(heads.get(form) ?? []), word]);
    }
  }
  return [...groups].flatMap(([head, copies]) => [
    { word: head, near: false },
    ...copies.map((word) => ({ word, near: true })),
  ]);
}

/** @param {string} word @returns {string[]} itself, and itself without each of its letters */
function shortened(word) {
  const letters = [...word.slice(0, 60)];
  return [...new Set([word, ...letters.map((_, i) => letters.toSpliced(i, 1).join(""))])];
}

/** @param {string} a @param {string} b */
function differsByOne(a, b) {
  const [long, short] = a.length >= b.length ? [[...a], [...b]] : [[...b], [...a]];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && long[at] === short[at]) at += 1;
  const rest = short.slice(long.length === short.length ? at + 1 : at).join("");
  return long.slice(at + 1).join("") === rest;
}
