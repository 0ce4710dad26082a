/** What a delivery's reply subject tells. */
export type AckSubject = {
  readonly stream: string;
  readonly consumer: string;
  readonly deliveries: number;
  readonly sequence: number;
  readonly consumerSequence: number;
  readonly timestamp: string;
  readonly pending: number;
};

const PREFIX = '$JS.ACK.';
const SHORT_FORM = 9;
const LONG_FORM = 11;

export const isAckSubject = (subject: string): boolean => subject.startsWith(PREFIX);

/**
 * Reads both forms: `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<consumer sequence>.<ns>.<pending>`, and the
 * one with `<domain>.<account>` before the stream and a random token at the end.
 */
export function parseAckSubject(subject: string): AckSubject | undefined {
  if (!isAckSubject(subject)) return undefined;
  const tokens = subject.split('.');
  if (tokens.length < SHORT_FORM || tokens.length === LONG_FORM - 1) return undefined;
  const first = tokens.length >= LONG_FORM ? 4 : 2;
  const number = (offset: number) => Number(tokens[first + offset]);
  return {
    stream: tokens[first] ?? '',
    consumer: tokens[first + 1] ?? '',
    deliveries: number(2),
    sequence: number(3),
    consumerSequence: number(4),
    timestamp: tokens[first + 5] ?? '0',
    pending: number(6),
  };
}
