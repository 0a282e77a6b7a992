/** What there is to see inside models, as py/makemore/inside and session/inside.py give it. */
import type { Anything } from "../../types";
import type { Code } from "../lecture/types";

/** Numbers with a name for each row and column. */
export interface Numbers {
  form: "matrix" | "bars" | "plane" | "table";
  title: string;
  /** (rows, columns); of bars (rows). Of a table also text. */
  values: Anything[];
  rows: string[];
  columns: string[];
  digits: number | undefined;
  signed: boolean;
  /** The strongest value of the colours; without, the largest. */
  most?: number | null;
}

/** A picture as py/makemore/inside/picture.py gives it. */
export interface Picture extends Numbers {
  key: string;
  text: string;
  code: Code[];
  digits: number;
  /** Whether it shows the word under study, and not only the model. */
  of_word: boolean;
  /** Pictures of one group stand side by side. */
  group: string;
}

export interface Block {
  name: string;
  formula: string;
  /** Name, shape, and how many numbers. */
  parameters: [string, number[], number][];
}

/** What there is to see of one model. */
export interface Inside {
  kind: string;
  name: string;
  word: string;
  position: number;
  pictures: Picture[];
  blocks: Block[];
}

/** A word under all models that were trained. */
export interface StudiedWord {
  word: string;
  /** Its symbols, then its end. */
  letters: string[];
  position: number;
  symbols: string[];
  models: { kind: string; name: string; surprises: number[]; next: number[] }[];
  code: Code[];
}

/** The bigram net at a step, beside counting. */
export interface Descended {
  step: number;
  steps: number;
  /** Whether it is the run of the net that there is, or the one that its settings would give. */
  own: boolean;
  trained: boolean;
  /** From which step, learning rate, regularization. */
  paces: number[][];
  weights_seed: number;
  /** Counting's. */
  smoothing: number;
  /** Whether the losses are those of the net's run. */
  same: boolean;
  symbols: string[];
  rest: number;
  counts: number[][];
  counting: number[][];
  gradient: number[][];
  divergence: number;
  loss: number;
  goal: number;
  /** Thinned. */
  curve: { step: number[]; loss: number[] };
  words: string[];
  goals: string[];
}

/** A picture on the page, which keeps its place when its numbers change. */
export interface Shown {
  element: HTMLElement;
  /** Show other numbers; false if these are of another shape. */
  update: (picture: Picture) => boolean;
}
