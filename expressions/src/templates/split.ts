import { Refusal } from '../problem.ts';

/** A template's parts in order: what the author wrote as it is, and what stands between `${` and `}`. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string; readonly at: number }
  | { readonly kind: 'expression'; readonly source: string; readonly at: number };

/** Splits `alerts.${event.origin}`. `$${` stands for `${` itself. Throws a Refusal. */
export function splitTemplate(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let textAt = 0;
  let at = 0;
  while (at < source.length) {
    if (source.startsWith('$${', at)) {
      text += '${';
      at += 3;
    } else if (source.startsWith('${', at)) {
      const end = expressionEnd(source, at + 2);
      if (text !== '') parts.push({ kind: 'literal', text, at: textAt });
      parts.push({ kind: 'expression', source: source.slice(at + 2, end), at: at + 2 });
      [text, textAt, at] = ['', end + 1, end + 1];
    } else {
      text += source.charAt(at++);
    }
  }
  return text === '' ? parts : [...parts, { kind: 'literal', text, at: textAt }];
}

/** One piece of an expression that may hold braces without meaning them: a comment, a text, or any other character. */
const PIECE =
  /\/\/[^\n]*|"""(?:\\[^]|[^\\])*?"""|\'\'\'(?:\\[^]|[^\\])*?\'\'\'|"(?:\\[^]|[^"\\\n])*"|\'(?:\\[^]|[^\'\\\n])*\'|[^]/gy;

/** Where the brace is that closes the one before `start`. */
function expressionEnd(source: string, start: number): number {
  let depth = 0;
  PIECE.lastIndex = start;
  for (let match = PIECE.exec(source); match !== null; match = PIECE.exec(source)) {
    const [piece] = match;
    if (piece === '{') depth++;
    if (piece === '}' && depth-- === 0) return match.index;
  }
  throw new Refusal('"${" has no closing "}"', start - 2, 'for a plain "${" write "$${"');
}
