import { fail } from '../evaluation-error.ts';
import { Refusal } from '../problem.ts';
import { type TemplatePart } from './split.ts';
import { checkTokens, hexEncode, tokensOf } from './tokens.ts';

const MAX_LENGTH = 900;

/** The token for the empty text. No other text gives it: after a `=` of an escape come two hexadecimal digits. */
const EMPTY_TOKEN = '=empty';

const PLAIN = /^[A-Za-z0-9_/-]+$/;
const FOREIGN = /[^-/_=.a-zA-Z0-9]/u;
/** Keys that begin so belong to NATS. */
const RESERVED = '_kv';

/**
 * A text as one token of a key of a NATS KV bucket, and no two texts as the same. ASCII letters, digits and `_ - /`
 * stay; all else, `=` and `.` too, becomes `=` and two hexadecimal digits for each byte of its UTF-8; the empty text is
 * `=empty`. Throws an EvaluationError for half a surrogate pair.
 */
export function escapeKeyToken(text: string): string {
  if (text.startsWith(RESERVED)) return `=5F${escapeRest(text.slice(1))}`;
  return text === '' ? EMPTY_TOKEN : escapeRest(text);
}

function escapeRest(text: string): string {
  if (PLAIN.test(text)) return text;
  if (text.length > MAX_LENGTH) return tooLong();
  if (!text.isWellFormed()) return fail('a value for the key holds half a character');
  return text.replace(/[^A-Za-z0-9_/-]/gu, (character) => hexEncode(character, '='));
}

function tooLong(): never {
  return fail(`the key is longer than ${MAX_LENGTH} characters`);
}

/** Throws an EvaluationError for a key that is too long. */
export function checkKey(key: string): string {
  return key.length <= MAX_LENGTH ? key : tooLong();
}

/** Throws a Refusal for what could not be a key whatever the values. */
export function checkKeyTemplate(parts: readonly TemplatePart[]): void {
  for (const [position, part] of parts.entries()) {
    if (part.kind === 'expression') continue;
    const bad = FOREIGN.exec(part.text);
    if (bad !== null) throw new Refusal('a key holds letters, digits and - / _ = . only', part.at + bad.index);
    if (position === 0 && part.text.startsWith(RESERVED)) {
      throw new Refusal(`keys that begin with ${RESERVED} belong to NATS`, part.at);
    }
  }
  checkTokens(tokensOf(parts), 'key');
}
