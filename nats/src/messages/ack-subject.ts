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
const DOT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** How many numbers there are, and which of them is the time. */
const NUMBERS = 5;
const TIMESTAMP = 3;

/** What the ack subjects of a consumer have in common: all up to the count of deliveries. */
type Known = { readonly prefix: string; readonly stream: string; readonly consumer: string };

/** Reads ack subjects; those of the consumer that was read last without taking them apart anew. */
export class AckSubjectReader {
  #known: Known | undefined;
  readonly #numbers = new Array<number>(NUMBERS).fill(0);

  /** Undefined when it is another kind of subject. */
  read(subject: string): AckSubject | undefined {
    if (this.#known === undefined || !subject.startsWith(this.#known.prefix)) this.#known = knownOf(subject);
    return this.#known === undefined ? undefined : this.#readNumbers(subject, this.#known);
  }

  /** Reads `<deliveries>.<sequence>.<consumer sequence>.<ns>.<pending>`; what comes behind it is skipped. */
  #readNumbers(subject: string, { prefix, stream, consumer }: Known): AckSubject | undefined {
    const numbers = this.#numbers;
    let count = 0;
    let number = 0;
    let tokenAt = prefix.length;
    let timestamp = '';
    for (let at = tokenAt; at <= subject.length && count < NUMBERS; at += 1) {
      const code = at < subject.length ? subject.charCodeAt(at) : DOT;
      if (code === DOT) {
        if (count === TIMESTAMP) timestamp = subject.slice(tokenAt, at);
        numbers[count++] = number;
        number = 0;
        tokenAt = at + 1;
      } else if (code < DIGIT_0 || code > DIGIT_9) {
        return undefined;
      } else {
        number = number * 10 + code - DIGIT_0;
      }
    }
    if (count < NUMBERS) return undefined;
    const [deliveries = 0, sequence = 0, consumerSequence = 0, , pending = 0] = numbers;
    return { stream, consumer, deliveries, sequence, consumerSequence, timestamp, pending };
  }
}

/**
 * Tells both forms: `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<consumer sequence>.<ns>.<pending>`, and the one
 * with `<domain>.<account>` before the stream and a random token at the end.
 */
function knownOf(subject: string): Known | undefined {
  if (!subject.startsWith(PREFIX)) return undefined;
  const tokens = subject.split('.');
  if (tokens.length < SHORT_FORM || tokens.length === LONG_FORM - 1) return undefined;
  const first = tokens.length >= LONG_FORM ? 4 : 2;
  const prefix = `${tokens.slice(0, first + 2).join('.')}.`;
  return { prefix, stream: tokens[first] ?? '', consumer: tokens[first + 1] ?? '' };
}
