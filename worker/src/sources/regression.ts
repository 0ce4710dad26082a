import type { StreamInfo } from '@streamjob/nats';
import type { SourceMemory } from '../journal/index.ts';

/** How many of the last sequences are remembered with their times. */
const REMEMBERED = 8192;

/**
 * Notices that the source stream is no longer the one that was read before: made anew, or rolled back to an earlier
 * state, so that its sequences mean other messages. Every finding is a sentence for people.
 */
export class RegressionWatch {
  readonly #sequences = new Float64Array(REMEMBERED);
  readonly #timestamps: string[] = Array.from({ length: REMEMBERED }, () => '');
  readonly #accepted: string | undefined;
  #created: string | undefined;
  #lastSequence = 0;

  /** `accepted` is the creation time of a stream that somebody declared to be the right one. */
  constructor(remembered: SourceMemory | undefined, accepted: string | undefined) {
    this.#accepted = accepted;
    if (remembered === undefined || sameTime(accepted, remembered.created)) return;
    this.#created = remembered.created;
    this.#lastSequence = remembered.lastSequence;
  }

  /** Undefined before the stream was seen. */
  get memory(): SourceMemory | undefined {
    return this.#created === undefined ? undefined : { created: this.#created, lastSequence: this.#lastSequence };
  }

  /** The highest sequence that was seen. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /**
   * What speaks against going on with the stream as it is now; undefined when nothing does. `seenBefore` is the
   * `lastSequence` of when the server was asked: it answers out of line, so what is delivered meanwhile may be ahead of it.
   */
  observeStream(
    { created, state }: Pick<StreamInfo, 'created' | 'state'>,
    seenBefore = this.#lastSequence,
  ): string | undefined {
    if (this.#created !== undefined && !sameTime(created, this.#created)) {
      if (!sameTime(created, this.#accepted))
        return `the stream was created again: at ${created}, before at ${this.#created}`;
      this.#lastSequence = 0;
      this.#sequences.fill(0);
    }
    this.#created = created;
    const expected = Math.min(seenBefore, this.#lastSequence);
    if (state.lastSequence >= expected) return undefined;
    return `the stream's last sequence went back from ${expected} to ${state.lastSequence}`;
  }

  /** The same for one delivered message. */
  observeMessage(sequence: number, timestamp: string): string | undefined {
    const slot = sequence % REMEMBERED;
    const known = this.#timestamps[slot];
    if (this.#sequences[slot] === sequence && known !== timestamp) {
      return `sequence ${sequence} came with another time than before`;
    }
    this.#sequences[slot] = sequence;
    this.#timestamps[slot] = timestamp;
    if (sequence > this.#lastSequence) this.#lastSequence = sequence;
    return undefined;
  }
}

function sameTime(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && Date.parse(one) === Date.parse(other));
}
