import { type MessageView } from '@streamjob/expressions';
import { type SourceMessage } from './types.ts';

const NANOSECOND_DIGITS_BELOW_MS = 6;

/** `message` as expressions see it; what costs something is read when an expression asks for it. */
export class LazyMessageView implements MessageView {
  readonly #message: SourceMessage;
  #headers: Readonly<Record<string, string>> | undefined;

  constructor(message: SourceMessage) {
    this.#message = message;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get sequence(): number {
    return this.#message.sequence;
  }

  get deliveries(): number {
    return this.#message.deliveries;
  }

  /** In milliseconds since 1970. */
  get time(): number {
    return Number(this.#message.timestamp.slice(0, -NANOSECOND_DIGITS_BELOW_MS));
  }

  /** The first value of each name. */
  get headers(): Readonly<Record<string, string>> {
    return (this.#headers ??= firstValues(this.#message));
  }
}

function firstValues({ headers }: SourceMessage): Record<string, string> {
  // Without a prototype, a header named __proto__ is a property like any other.
  const first = Object.create(null) as Record<string, string>;
  for (const [name, value] of headers.entries) first[name] ??= value;
  return first;
}
