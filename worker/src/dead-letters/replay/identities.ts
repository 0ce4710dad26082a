import { isNotFound, type Nats } from '@streamjob/nats';
import { identify, type SourceMessage } from '../../pipeline/index.ts';
import type { ResolvedManifest } from '@streamjob/crds';
import type { DeadLetter } from '../letter.ts';

type MessageId = ResolvedManifest['spec']['source']['jetstream']['messageId'];

/** Gives each message the identity that it had when it failed, so that results have the ids that they would have had. */
export class Identities {
  readonly #nats: Pick<Nats, 'streamInfo'>;
  readonly #messageId: MessageId;
  readonly #signal: AbortSignal;
  readonly #created = new Map<string, string>();
  readonly #identities = new WeakMap<SourceMessage, string>();

  constructor(nats: Pick<Nats, 'streamInfo'>, messageId: MessageId, signal: AbortSignal) {
    this.#nats = nats;
    this.#messageId = messageId;
    this.#signal = signal;
  }

  async learn({ jobUid, source }: DeadLetter, message: SourceMessage): Promise<void> {
    const streamCreated = source.created ?? (await this.#createdNow(source.stream));
    this.#identities.set(message, identify({ jobUid, streamCreated, messageId: this.#messageId })(message));
  }

  of(message: SourceMessage): string {
    return this.#identities.get(message) ?? '';
  }

  /** Dead letters of earlier versions don't tell it; a stream that is gone has no results to compare with either. */
  async #createdNow(stream: string): Promise<string> {
    const known = this.#created.get(stream);
    if (known !== undefined) return known;
    const created = await this.#ask(stream);
    this.#created.set(stream, created);
    return created;
  }

  async #ask(stream: string): Promise<string> {
    try {
      return (await this.#nats.streamInfo(stream, { signal: this.#signal })).created;
    } catch (error) {
      if (isNotFound(error)) return '';
      throw error;
    }
  }
}
