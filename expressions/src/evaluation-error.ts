/**
 * An expression failed on a message. The text is fixed for one place in one expression: it names operators, the
 * author's own field names and the kinds of values, and never quotes a value.
 */
export class EvaluationError extends Error {
  override readonly name: string = 'EvaluationError';
  /** Where in the expression: an offset into its source; undefined until the call site is known. */
  at: number | undefined;

  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}

/** The expression did more work on one message than it may. No `||` and no `exists` may swallow it. */
export class ExhaustedError extends EvaluationError {
  override readonly name = 'ExhaustedError';
}

/** Throws an EvaluationError. */
export function fail(message: string, at?: number): never {
  throw withoutStack(() => new EvaluationError(message, at));
}

/** A stack through generated code helps nobody and costs more than the rest of the evaluation. */
export function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
