import { fail } from '../evaluation-error.ts';
import { Refusal } from '../problem.ts';
import { type TemplatePart } from './split.ts';
import { checkTokens, hexEncode, tokensOf } from './tokens.ts';

/** Longer tokens are refused: a subject has to fit the protocol's control line with room for others. */
const MAX_TOKEN_LENGTH = 255;
const MAX_SUBJECT_LENGTH = 1024;

/** The token for the empty text. No other text gives it: after a `%` of an escape come two hexadecimal digits. */
const EMPTY_TOKEN = '%empty';

const PLAIN = /^[A-Za-z0-9_=+~:@-]{1,255}$/;

/**
 * A text as one token of a subject, and no two texts as the same. ASCII letters, digits and `_ - = + ~ : @` stay; all
 * else is percent-encoded as UTF-8, so that decodeURIComponent reads it back; the empty text is `%empty`. Throws an
 * EvaluationError for half a surrogate pair, which has no UTF-8, and for what would be too long.
 */
export function escapeToken(text: string): string {
  if (PLAIN.test(text)) return text;
  if (text === '') return EMPTY_TOKEN;
  if (text.length > MAX_TOKEN_LENGTH) return tooLong();
  if (!text.isWellFormed()) return fail('a value for the subject holds half a character');
  const token = text.replace(/[^A-Za-z0-9_=+~:@-]/gu, (character) => hexEncode(character, '%'));
  return token.length > MAX_TOKEN_LENGTH ? tooLong() : token;
}

function tooLong(): never {
  return fail(`a value is too long for the subject: more than ${MAX_TOKEN_LENGTH} characters with its escapes`);
}

/** Throws an EvaluationError for a subject that is too long. */
export function checkSubject(subject: string): string {
  return subject.length <= MAX_SUBJECT_LENGTH
    ? subject
    : fail(`the subject is longer than ${MAX_SUBJECT_LENGTH} characters`);
}

/**
 * Refuses what could not be a subject whatever the values, or what would let a payload choose where it goes: the first
 * token must be the author's, and each token holds one value at most. Throws a Refusal.
 */
export function checkSubjectTemplate(parts: readonly TemplatePart[]): void {
  parts.forEach(checkPart);
  const tokens = tokensOf(parts);
  if (tokens[0]?.values !== 0) {
    throw new Refusal('the first token of the subject must be fixed', 0, 'write it like alerts.${event.origin}');
  }
  checkTokens(tokens, 'subject');
}

function checkPart(part: TemplatePart, position: number): void {
  if (part.kind === 'expression') return;
  const { text, at } = part;
  const bad = /[\s\p{Cc}\p{Cs}*>]/u.exec(text);
  if (bad !== null) {
    const isWildcard = bad[0] === '*' || bad[0] === '>';
    throw new Refusal(
      isWildcard ? 'a subject to publish to has no wildcards' : 'a subject has no spaces or control characters',
      at + bad.index,
    );
  }
  if (position === 0 && text.startsWith('$')) throw new Refusal('subjects that begin with $ belong to NATS', at);
}
