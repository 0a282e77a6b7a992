/** The plain data of the lecture, as py/makemore/lecture/lesson.py gives it. */

export type Value = number | string | Value[];

export interface LectureInput {
  name: string;
  label: string;
  kind: "word" | "text" | "number" | "select" | "slider";
  default: string | number;
  choices: [string | number, string][];
  low: number | undefined;
  high: number | undefined;
  whole: boolean;
  help: string;
}

/** Source in pieces: what a piece is ("" if nothing special), and its text. */
export interface Code {
  name: string;
  pieces: [string, string][];
}

export interface LectureStep {
  id: string;
  part: string;
  title: string;
  text: string;
  inputs: LectureInput[];
  code: Code[];
  uses: Code[];
  preview: Record<string, string | number>;
}

export interface TableColumn {
  label: string;
  digits: number | undefined;
  bar: boolean;
  printed: (number | string)[] | undefined;
}

export interface LectureResult {
  key: string;
  label: string;
  view: "number" | "words" | "numbers" | "bars" | "matrix" | "table" | "losses" | "curves";
  note: string;
  digits: number | undefined;
  signed: boolean;
  value: Value | Record<string, number[]> | undefined;
  rows: string[];
  columns: string[];
  table: TableColumn[];
  printed: Value | undefined;
  /** Who printed it. */
  source: string;
  /** Which words were counted for it: those of the list that is loaded, the notebook's, or none. */
  of: "list" | "notebook" | "";
  /** The number of the first of several losses. */
  begins: number;
  /** Why there is no value. */
  needs: string;
  state: "agrees" | "differs" | "other-inputs" | "needs-list" | "";
  said: string;
}
