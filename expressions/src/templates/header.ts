import { fail } from '../evaluation-error.ts';
import { Refusal } from '../problem.ts';
import { type TemplatePart } from './split.ts';

const MAX_LENGTH = 4096;

/** Any of them could end the header and begin another, or end the headers. */
const CONTROL = /\p{Cc}/u;

/** Throws an EvaluationError for what can't be a header's value. */
export function checkHeader(text: string): string {
  if (text.length > MAX_LENGTH) return fail(`the text is longer than ${MAX_LENGTH} characters`);
  if (CONTROL.test(text)) return fail('a value for the text holds a line break or another control character');
  return text.isWellFormed() ? text : fail('a value for the text holds half a character');
}

/** Throws a Refusal for what the author wrote and no header can hold. */
export function checkTextTemplate(parts: readonly TemplatePart[]): void {
  for (const part of parts) {
    if (part.kind === 'expression') continue;
    const bad = CONTROL.exec(part.text);
    if (bad !== null) throw new Refusal('a header has no line breaks or control characters', part.at + bad.index);
  }
}
