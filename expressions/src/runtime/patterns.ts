import { RE2JS } from '@bufbuild/re2';
import { fail } from '../evaluation-error.ts';
import { burn } from './budget.ts';

const MAX_PATTERN_LENGTH = 1024;
const MAX_KEPT = 100;

/** A compiled RE2 pattern: linear in the text's length, whatever the pattern. */
export type Pattern = { test(text: string): boolean };

/** Compiles a pattern; a text says why it can't. The text quotes the pattern: it is for patterns that the author wrote. */
export function compilePattern(source: string): Pattern | string {
  if (source.length > MAX_PATTERN_LENGTH) return `it is longer than ${MAX_PATTERN_LENGTH} characters`;
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'not a regular expression';
  }
}

/** `text.matches("…")` with the pattern known. */
export function matchesPattern(text: string, pattern: Pattern): boolean {
  burn(text.length >> 1);
  return pattern.test(text);
}

const kept = new Map<string, Pattern | string>();

/** `text.matches(event.pattern)`: keeps the latest patterns compiled. The error quotes none of it. */
export function matches(text: string, source: string): boolean {
  if (source.length > MAX_PATTERN_LENGTH) fail('the pattern is too long');
  let pattern = kept.get(source);
  if (pattern === undefined) {
    burn(1000 + source.length * 10);
    pattern = compilePattern(source);
    const oldest = kept.keys().next();
    if (kept.size >= MAX_KEPT && oldest.done !== true) kept.delete(oldest.value);
    kept.set(source, pattern);
  }
  return typeof pattern === 'string' ? fail('not a regular expression of RE2') : matchesPattern(text, pattern);
}
