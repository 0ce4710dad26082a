/** Why a module can't be a `code` step. */
export type ModuleProblem = {
  /** One sentence. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The message, the source line and a caret under the place, on lines of their own. */
  readonly explained: string;
};

/** How far a shown line reaches to either side of the caret. */
const SHOWN_AROUND = 60;

/** A problem at an offset of the module's text. */
export function moduleProblem(source: string, at: number, message: string): ModuleProblem {
  const before = source.slice(0, at).split('\n');
  const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
  return {
    message,
    line,
    column,
    explained: [`${message} (line ${line}, column ${column})`, '', ...excerpt(source, line, column)].join('\n'),
  };
}

/** A line of a module's text, from 1, with a caret under the column, from 1. */
function excerpt(source: string, line: number, column: number): readonly string[] {
  const text = (source.split('\n')[line - 1] ?? '').replace(/\r$/, '');
  const start = Math.max(0, column - 1 - SHOWN_AROUND);
  const end = column - 1 + SHOWN_AROUND;
  const shown = `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  const padding = `${start > 0 ? ' ' : ''}${text.slice(start, column - 1).replace(/[^\t]/g, ' ')}`;
  return [`  ${shown}`, `  ${padding}^`];
}
