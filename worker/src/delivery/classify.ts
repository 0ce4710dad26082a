import type { PublishAnswer } from '@streamjob/nats';
import type { DependencyReason } from '../pipeline/types.ts';

/** Why a destination takes nothing; the operator turns it into a condition of the job. */
export type DestinationReason =
  | 'SinkUnreachable'
  | 'SinkRefuses'
  | 'BrokerUnreachable'
  | 'PermissionDenied'
  | 'CredentialsMissing'
  | 'HttpHostNotAllowed'
  | DependencyReason;

/** What a failure that may pass says about the next try. */
type Failing = {
  /** A code, never a text that may quote the message. */
  readonly code: string;
  /** Nobody answered: not even whether it was stored is known. */
  readonly unanswered?: true;
  /** How long it asked to be left alone. */
  readonly retryAfterMs?: number;
};

/** What an answer to one publication means for its message. */
export type Verdict =
  | { readonly kind: 'stored'; readonly duplicate: boolean }
  /** The destination will never take this message: it is the message's own failure. */
  | { readonly kind: 'own'; readonly reason: 'TooLarge' | 'SinkRefused'; readonly error: string }
  /** The message's own if others pass at that time, else the destination's. */
  | ({ readonly kind: 'transient' } & Failing)
  /** Nobody's own: no attempt is spent. */
  | ({ readonly kind: 'destination'; readonly reason: DestinationReason } & Failing);

/** JetStream's error codes that speak of the one message that was refused. */
const OWN_CODES: ReadonlyMap<number, string> = new Map([
  [10054, 'the message exceeds the maximum size of the target stream'],
  [10097, 'the headers exceed the maximum size that JetStream takes'],
]);

/** "Storing failed", for reasons that only the text tells. */
const STORE_FAILED = 10077;
const FULL = /^maximum (messages|bytes) exceeded/;
const FULL_PER_SUBJECT = 'per subject';
const WRONG_LAST_SEQUENCE = 10071;

/** Judges the answer to the publication of a result. */
export function classify(answer: PublishAnswer): Verdict {
  switch (answer.kind) {
    case 'stored':
      return answer;
    case 'refused':
      return classifyRefusal(answer.code, answer.text);
    case 'too-large':
      return { kind: 'own', reason: 'TooLarge', error: 'the result with its headers exceeds what the server takes' };
    case 'invalid':
      return { kind: 'own', reason: 'SinkRefused', error: `no server takes such a ${answer.part}` };
    case 'no-responders':
      return { kind: 'destination', reason: 'SinkUnreachable', code: 'NoResponders' };
    case 'timeout':
      return { kind: 'destination', reason: 'SinkUnreachable', code: 'NoAnswer', unanswered: true };
    case 'disconnected':
      return { kind: 'destination', reason: 'BrokerUnreachable', code: 'Disconnected', unanswered: true };
    case 'permission':
      return { kind: 'destination', reason: 'PermissionDenied', code: `publish to ${answer.subject}` };
  }
}

function classifyRefusal(code: number, text: string): Verdict {
  const own = OWN_CODES.get(code);
  if (own !== undefined) return { kind: 'own', reason: 'SinkRefused', error: own };
  if (code === STORE_FAILED && text.includes(FULL_PER_SUBJECT)) {
    return { kind: 'own', reason: 'SinkRefused', error: 'the target stream is full for this subject' };
  }
  if (code === STORE_FAILED && !FULL.test(text)) return { kind: 'transient', code: String(code) };
  return { kind: 'destination', reason: 'SinkRefuses', code: String(code) };
}

/**
 * Judges the answer to the publication of a dead letter: its subject names one failure of one message, so a subject
 * that already holds something holds this very dead letter. A refusal of its size is the only failure of its own.
 */
export function classifyDeadLetter(answer: PublishAnswer): Verdict {
  if (answer.kind === 'refused' && answer.code === WRONG_LAST_SEQUENCE) return { kind: 'stored', duplicate: true };
  const verdict = classify(answer);
  if (verdict.kind === 'transient') return { kind: 'destination', reason: 'SinkRefuses', code: verdict.code };
  return verdict;
}
