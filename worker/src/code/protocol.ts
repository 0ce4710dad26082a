/** What passes between the worker and the process that runs a module. Calls and answers go over many at a time. */

/** The first message, to the process. */
export type Load = {
  readonly source: string;
  /** What the module's lines are called in stack traces. */
  readonly url: string;
  readonly timeoutMs: number;
};

/** How an event is written in a batch of calls. */
export const PLAIN = 0;
/** As text that holds numbers which no double holds. */
export const INEXACT = 1;
/** As base64. */
export const BYTES = 2;

/** `id` counts from 1. A batch of calls, which is each later message to the process, is the JSON of a list of these. */
export type CallRow = [id: number, form: number, event: unknown, message: unknown];

export type AnswerKind = 'none' | 'one' | 'many' | 'failed' | 'timeout';

export type Answer = {
  readonly id: number;
  readonly kind: AnswerKind;
  /** The event's JSON, that of the list of events, or why it failed. */
  readonly text: string;
  /** Whether the text may hold numbers that no double holds. */
  readonly inexact: boolean;
};

export type FromProcess =
  | { readonly type: 'ready' }
  /** The module can't be loaded; the process ends. */
  | { readonly type: 'broken'; readonly error: string }
  /** It waits for what its calls wait for, and is alive. */
  | { readonly type: 'alive' }
  | { readonly type: 'answers'; readonly answers: readonly Answer[] };

/** Events that one message may become, and the JSON of all of them together. */
export const MAX_EVENTS = 1_000;
export const MAX_ANSWER_CHARS = 8 * 1024 * 1024;
