/** Why an expression or a template can't be compiled. */
export type ExpressionProblem = {
  /** One sentence, with a hint where there is one. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The message, the source line and a caret under the place, and the hint, on lines of their own. */
  readonly explained: string;
};

/** How far a shown line reaches to either side of the caret. */
const SHOWN_AROUND = 60;

/** What the compiler throws inside; compileExpression and compileTemplate turn it into an ExpressionProblem. */
export class Refusal extends Error {
  readonly at: number;
  readonly hint: string | undefined;

  constructor(message: string, at: number, hint?: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}

/** Line and column, both from 1, of an offset. */
export function positionOf(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

export function explain(source: string, { message, at, hint }: Refusal): ExpressionProblem {
  const { line, column } = positionOf(source, at);
  const text = (source.split('\n')[line - 1] ?? '').replace(/\r$/, '');
  const start = Math.max(0, column - 1 - SHOWN_AROUND);
  const end = column - 1 + SHOWN_AROUND;
  const shown = `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  const padding = `${start > 0 ? ' ' : ''}${text.slice(start, column - 1).replace(/[^\t]/g, ' ')}`;
  const lines = [`${message} (line ${line}, column ${column})`, '', `  ${shown}`, `  ${padding}^`];
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return { message: hint === undefined ? message : `${message}; ${hint}`, line, column, explained: lines.join('\n') };
}
