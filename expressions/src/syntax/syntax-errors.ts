import { type ParseError } from '@marcbachmann/cel-js';
import { Refusal } from '../problem.ts';

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end',
  RPAREN: '")"',
  RBRACKET: '"]"',
  RBRACE: '"}"',
  COLON: '":"',
  IDENTIFIER: 'a name',
};

/** What people write from other languages, at the place where the parser stumbled, and what CEL calls it. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^and\b/i, 'use && instead of and'],
  [/^or\b/i, 'use || instead of or'],
  [/^not\b/i, 'use ! instead of not'],
  [/^(is|eq|equals)\b/i, 'use == to compare'],
  [/^(like|contains|startsWith|endsWith|matches)\b/i, 'call it on the text: event.name.contains("x")'],
  [/^={3}/, 'use == instead of ==='],
  [/^=/, 'use == to compare'],
  [/^&/, 'use && for "and"'],
  [/^\|/, 'use || for "or"'],
  [/^\?\?/, 'use has(event.a) ? event.a : "default"'],
  [/^\?\./, 'ask has(event.a) first'],
  [/^[“”„‘’]/, 'use straight quotes'],
  [/^\$/, 'an expression has no ${…} around it'],
  [/^#/, 'comments start with //'],
  [/^[;]/, 'an expression has no ; at its end'],
  [/^\*\*/, 'there is no power operator'],
  [/^>/, 'use != for "not equal", => does not exist'],
  [/^`/, 'write event["the-name"] for a field that is no plain name'],
  [/^\.\d/, 'write 0 before the decimal point'],
];

/** The parser's error in our words. It quotes the expression and nothing else. */
export function refusalOf(error: ParseError, source: string): Refusal {
  const at = Math.min(error.range?.start ?? 0, source.length);
  return new Refusal(messageOf(error, source, at), at, hintAt(source, at));
}

function messageOf({ code, summary }: ParseError, source: string, at: number): string {
  switch (code) {
    case 'expected_token':
      return summary.replace(/^Expected (\w+), got (\w+)$/, (_, expected: string, got: string) => {
        return `expected ${TOKENS[expected] ?? expected.toLowerCase()}, found ${found(got, source, at)}`;
      });
    case 'unexpected_token':
      return `unexpected ${found(summary.replace('Unexpected token: ', ''), source, at)}`;
    case 'unexpected_character':
      return `unexpected ${found('', source, at)}`;
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
      return 'the text has no closing quote';
    case 'limit_exceeded':
      return summary.includes('maxDepth') ? 'the expression is nested too deeply' : summary.toLowerCase();
    case 'reserved_identifier':
      return `${summary.replace('Reserved identifier: ', '')} is a reserved word`;
    default:
      return `${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;
  }
}

function found(token: string, source: string, at: number): string {
  if (token === 'EOF' || at >= source.length) return 'the end of the expression';
  const word = /^(\w+|[^\w\s])/u.exec(source.slice(at))?.[0] ?? source.charAt(at);
  return JSON.stringify(word);
}

function hintAt(source: string, at: number): string | undefined {
  const here = source.slice(at);
  if (here.startsWith('>') && source[at - 1] === '<') return 'use != for "not equal"';
  // The parser reads `a === b` as `a == = b` and `a ?. b` as a ternary, so it stumbles a character or two later.
  for (const back of [2, 1, 0]) {
    const text = source.slice(Math.max(0, at - back));
    const hint = HINTS.find(
      ([pattern]) => pattern.test(text) && (back === 0 || /^(={3}|\?\?|\?\.|\*\*|\.\d)/.test(text)),
    );
    if (hint !== undefined) return hint[1];
  }
  return undefined;
}
