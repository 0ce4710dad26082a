import { Refusal } from '../problem.ts';
import { type TemplatePart } from './split.ts';

export type Token = { readonly at: number; readonly isEmpty: boolean; readonly values: number };

/** The tokens of a template, which dots in the author's text part, with how many values each holds. */
export function tokensOf(parts: readonly TemplatePart[]): readonly Token[] {
  let token = { at: 0, isEmpty: true, values: 0 };
  const tokens: Token[] = [token];
  for (const part of parts) {
    if (part.kind === 'expression') {
      token.values++;
      token.isEmpty = false;
      continue;
    }
    part.text.split('.').forEach((piece, position, pieces) => {
      if (position > 0) {
        const before = pieces.slice(0, position).join('.').length + 1;
        tokens.push((token = { at: part.at + before, isEmpty: true, values: 0 }));
      }
      if (piece !== '') token.isEmpty = false;
    });
  }
  return tokens;
}

/** Throws a Refusal unless every token has something and holds one value at most. */
export function checkTokens(tokens: readonly Token[], what: 'subject' | 'key'): void {
  for (const { isEmpty, values, at } of tokens) {
    if (isEmpty) throw new Refusal(`the ${what} has an empty token`, at, 'no dot may come first, last or after a dot');
    if (values > 1) throw new Refusal(`a token of the ${what} can hold one \${…} only`, at, 'put a dot between them');
  }
}

/** `%41`, `=41`: a sign and two upper-case hexadecimal digits for each byte of the UTF-8. */
export function hexEncode(character: string, sign: string): string {
  let encoded = '';
  for (const byte of Buffer.from(character)) encoded += `${sign}${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}
