/** The plain data that py/makemore/session/ gives, and what the worker says. */

// biome-ignore lint/suspicious/noExplicitAny: what a model or a view says of itself has many shapes
export type Anything = any;

export interface Change {
  count: number;
  lines: number[];
}

export interface Table {
  symbols: string[];
  rest: number;
  counts: number[][];
}

export interface Tables extends Table {
  /** Probabilities by counting; not there before Python is. */
  counting?: number[][];
  /** Probabilities of the net, if there is one. */
  gradient?: number[][] | null;
  divergence?: number | null;
  differences: [string, string, number, number][];
}

/** As of `ReadOptions` in reader.py. */
export interface ReadOptions {
  encoding?: string;
  guessed?: boolean;
  lowercase?: boolean;
  /** Whether capitals are learned that would be folded since they say nothing. */
  keep_case?: boolean;
  graphemes?: boolean;
  column?: number;
  delimiter?: string;
  header?: boolean;
  weights?: number;
}

/** As of `inspect` in inspection.py. */
export interface InspectArguments {
  data: ArrayBuffer;
  whole: boolean;
  encoding?: string;
  delimiter?: string;
  header?: boolean;
}

/** As of `Inspection` in inspection.py. */
export interface Inspection {
  encoding: string;
  guessed: boolean;
  lines: string[];
  table?: {
    delimiter: string;
    header: boolean;
    columns: string[];
    numeric: boolean[];
    column: number;
    rows: string[][];
  };
}

/** How far a list has been read. */
export interface Reading {
  bytes: number;
  lines: number;
  words: number;
}

export interface Summary {
  name: string;
  count: number;
  distinct: number;
  shortest: string;
  longest: string;
  shortest_length: number;
  longest_length: number;
  exact: boolean;
  false_positive_rate: number;
  first: string[];
  /** The first ones of them, the boundary before all. */
  symbols: string[];
  symbol_count: number;
  bigrams: number;
  frequent: [string, string, number][];
  table: Table;
  report: {
    encoding: string;
    guessed: boolean;
    lines: number;
    header: boolean;
    blank: Change;
    trimmed: Change;
    normalized: Change;
    lowercased: Change;
    invisible: Change;
    weightless: Change;
  };
  /** What was done about upper and lower case, in a sentence; nothing if nothing was. */
  case: string | null | undefined;
  /** The 5th and the 95th percentile of the words' lengths. */
  lengths: number[];
  /** How many words the models learn: of a long list, a sample. */
  learned: number;
  before: string | null | undefined;
}

export interface Fit {
  smoothing: number;
  log_likelihood: number;
  mean_nll: number;
  lowest: number;
  uniform: number;
  /** V. */
  symbols: number;
}

export interface GeneratedWord {
  word: string;
  symbols: string[];
  known: boolean;
  line: number | null | undefined;
  mean_nll: number;
  probabilities: number[];
  ended: boolean;
}

export interface Score {
  nll: number;
  mean_nll: number;
  bigrams: [string, string, number, number][];
}

export interface Nearest {
  distance: number;
  words: [string, number][];
  more: number;
}

/** A model as Python describes it. */
export interface ModelInfo {
  kind: string;
  label: string;
  idea: string;
  /** Whether it is a net, which learns step by step. */
  net: boolean;
  /** Whether a person chooses from it. */
  offered: boolean;
  /** Whether it has a row of its own in Compare. */
  compared: boolean;
  settings: ModelSetting[];
}

export interface ModelSetting {
  name: string;
  label: string;
  /** Of numbers; without, it is one of the choices. With both, it is either. */
  low?: number | null;
  high?: number | null;
  whole?: boolean | null;
  /** Values with what they are called. */
  choices?: [string, string][];
  /** Without one, the model chooses by itself. */
  default?: string | number | null;
}

/** A model that was trained. */
export interface Card {
  kind: string;
  label: string;
  /** With its order or size. */
  name: string;
  settings: Record<string, unknown>;
  parameters: number;
  seconds: number;
  train?: number | null;
  held_out?: number | null;
  note: string;
  /** Whether it has learned the whole list. */
  whole: boolean;
  /** How many of the held-out words also stand in the training part. */
  repeated?: number | null;
  /** Of models that learn step by step. */
  step?: number;
  steps?: number;
  done?: boolean;
  /** The loss of the last batch. */
  batch?: number;
  facts?: Record<string, Anything>;
  /** What was typed of its settings when it was trained. */
  typed?: Record<string, string>;
  /** Whether its settings alone give it again: it was trained in one go, to its end. */
  byTraining?: boolean;
  /** Of the net that it was mixed with: see `identity` in page/models_panel.js. */
  mixed?: string | undefined;
  /** Whether it has learned the whole list, as in the notebook. */
  asNotebook?: boolean;
}

/** As of `restore_model`. */
export interface Restored extends Card {
  /** All so far, where they are kept. */
  losses: number[];
}

/** A number that may not be known yet. */
export type Figure = number | null | undefined;

/** A model in Compare's table, as session/comparing.py gives it; what is not there is not known yet. */
export interface CompareRow {
  kind: string;
  label: string;
  name: string;
  idea: string;
  net: boolean;
  state: "waiting" | "training" | "stopped" | "done" | "failed";
  step: number;
  steps: number;
  seconds: number;
  message: string;
  parameters: Figure;
  train: Figure;
  held_out: Figure;
  test: Figure;
  new: Figure;
  repeats: Figure;
  usable: Figure;
  /** Of the held-out words. */
  symbols?: number;
  shares: [string, number][] | null | undefined;
  words: string[];
  settings: Record<string, unknown>;
  /** What was typed of its settings, in words. */
  own: string;
}

/** A row of the comparison as Python gave it, to be given back: see session/kept_comparison.py. */
export interface KeptRow {
  told: { kind: string; state: CompareRow["state"]; [name: string]: unknown };
  /** A file of the model, if it is done. */
  model: Uint8Array | null | undefined;
  /** What it takes to go on, if it is under way. */
  run: Record<string, unknown> | null | undefined;
  nll: Uint8Array | null | undefined;
}

export interface KeptComparison {
  /** As typed, or as Python gives them. */
  settings: Record<string, string | number | null>;
  models: Record<string, Record<string, string>>;
  rows: KeptRow[];
}

export interface Compared {
  settings: Record<string, number | null>;
  /** What was typed of the models' settings, by kind. */
  models: Record<string, Record<string, string>>;
  parts: number[];
  uniform: number;
  drawn: number;
  rows: CompareRow[];
  done: boolean;
  verdict: string;
}

export interface CompareReport {
  row: CompareRow;
  curve:
    | {
        kind: string;
        step: number;
        seconds: number;
        losses: number[];
        held_out: number | null | undefined;
      }
    | null
    | undefined;
  card: Card | null | undefined;
}

/** How far training has come. */
export interface TrainReport {
  kind: string;
  step: number;
  steps: number;
  /** Of the new steps. */
  losses: number[];
  /** Of training, in all. */
  seconds?: number;
  train?: number | null;
  held_out?: number | null;
  done: boolean;
  facts?: Record<string, Anything>;
  /** Of a net: seconds, where they are known. */
  left?: number | null;
  /** Of a net: some words that it made after so many steps. */
  words?: { step: number; words: string[] } | null;
}

/** A model as Python gave it, in its run or by its file, to be given back to another: see session/keeping.py. */
export interface Checkpoint {
  trained: Record<string, unknown>;
  run?: Record<string, unknown>;
  model?: Uint8Array;
}

export interface Saved {
  kind: string;
  saved: Checkpoint;
}

/** What is kept of a person's work: see page/projects.js. */
export interface Project {
  id: string;
  name: string;
  /** When, in ms since 1970. */
  updated: number;
  list: { id?: string; name: string; options?: ReadOptions; pasted?: boolean; blob?: Blob };
  kind: string;
  notebook: boolean;
  model: Record<string, string>;
  /** What was typed of all models, by kind. */
  typed?: Record<string, Record<string, string>>;
  asked: Record<string, string>;
  made: Anything;
  stars: string[];
  runs: Anything;
  comparison?: KeptComparison | undefined;
  cards: [string, Card][];
  /** Models that are not counted anew in a moment, by kind. */
  saved: [string, Saved][];
}

/** What words are to be like, as typed. */
export interface Constraint {
  starts: string;
  ends: string;
  contains: string;
  without: string;
  pattern: string;
  differs: string;
  shortest: string;
  longest: string;
  new_only: boolean;
}

export interface MakeRequest {
  kind: string;
  count: string;
  /** null: the seed goes on. */
  seed: string | null;
  era: string;
  temperature: string;
  top_k: string;
  constraint: Constraint;
  repeats: boolean;
  never: string[];
  /** Words that are not to come again, with a seed. */
  seen: string[];
}

export interface MadeReport {
  words: GeneratedWord[];
  drawn: number;
  /** How many were left out, by reason. */
  tally: Record<string, number>;
  /** At the end: which of those seen would have come. */
  met?: string[];
  /** Why no more come. */
  over: string | null | undefined;
  probability: number | null | undefined;
  model: string;
}

export interface Preview {
  summary: Summary;
  models: ModelInfo[];
  card: Card;
  made: MadeReport;
  /** The ranges and defaults of numbers, by the id of their control. */
  fields: Record<string, { low: number; high: number; default: number | null }>;
}

export interface BuiltInList {
  id: string;
  title: string;
  file: string;
  count: number;
  description: string;
  source: string;
  licence: string;
}

/** One step of the start: what is being done, how many bytes of all have come, and how many of the
 * steps after them are done. */
export interface BootStep {
  text: string;
  loaded: number;
  total: number;
  /** Seconds that the rest of the bytes may take; undefined while that is not known. */
  left?: number;
  done: number;
  steps: number;
}

/** An error as session/dispatch.py gives it. */
export interface PlainError {
  kind: string;
  message: string;
  setting: string | undefined;
  symbols: string[];
  /** Of the steps that were done before training failed. */
  losses: number[];
  detail: string;
}

export interface Outcome<T = unknown> {
  value?: T;
  error?: PlainError;
  /** Of an action that reports while it works: its number, for `advance` and `stop`. */
  stream?: number;
  report?: unknown;
  /** Beside an error that it has caused: a module that comes with the rest of the package. */
  missing?: string;
  /** Why Python cannot go on: the worker is to be ended. */
  fatal?: string;
}

/** session/dispatch.py, as the worker sees it. */
export interface Dispatch {
  dispatch(action: string, args: Record<string, unknown>): Outcome;
  advance(stream: number, sent: ArrayBuffer | undefined): Outcome;
  stop(stream: number): Outcome;
  needsKernel(action: string, args: Record<string, unknown>): boolean;
}

/** How Python started: with all imports, or from a copy of its memory. */
export type Start = "anew" | "restored";

/** Whether nets are trained by the compiled kernel, and why not; see py/makemore/nn/kernel.py. */
export interface KernelStatus {
  compiled: boolean;
  why: string;
}

/** What the worker exposes through Comlink. */
export interface WorkerActions {
  /** "again" means: in another worker, since what was to be restored is of no use. */
  boot(report: (step: BootStep) => void): Promise<Start | "again">;
  /** See snapshot.js; in a worker of its own. */
  makeSnapshot(): Promise<boolean>;
  /** Hold a lock of that name for as long as the worker lives; resolved once it is held. */
  hold(lock: string): Promise<void>;
  /** To be called before a net is trained; see kernel.js. */
  loadKernel(): Promise<KernelStatus>;
  call(action: string, args: Record<string, unknown>): Promise<Outcome>;
  inspect(args: InspectArguments): Promise<Outcome<Inspection>>;
  /** Run an action that reports; `id` is what `stop` takes, `source` a file that it reads. */
  stream(
    id: number,
    action: string,
    args: Record<string, unknown>,
    report: (report: unknown) => unknown,
    source?: Blob,
  ): Promise<Outcome>;
  stop(id: number): void;
}

declare global {
  /** The worker that early/worker_start.js has started, until the engine takes it. */
  var earlyWorker: Worker | undefined;
}
