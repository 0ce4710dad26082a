import type { Delivery, Nats, Pull, PullStatus } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import type { Clock } from '../clock.ts';
import type { RegressionWatch } from './regression.ts';
import { troubleOf, type SourceState, type SourceTrouble } from './state.ts';

export type JetStreamSourceOptions = {
  readonly nats: Pick<Nats, 'pull' | 'streamInfo' | 'consumerInfo'>;
  readonly stream: string;
  readonly consumer: string;
  readonly watch: RegressionWatch;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onMessage: (delivery: Delivery) => void;
  /** More may be asked for than before. */
  readonly onRoom: () => void;
};

const CHECK_EVERY_MS = 30_000;
const CHECK_WAITING_EVERY_MS = 1_000;

/** Reads one durable consumer by credit, and says why when nothing comes. */
export class JetStreamSource {
  readonly #options: JetStreamSourceOptions;
  #pull: Pull | undefined;
  #state: SourceState;
  #checking = false;
  #lastCheckMs = Number.NEGATIVE_INFINITY;

  constructor(options: JetStreamSourceOptions) {
    this.#options = options;
    this.#state = { kind: 'waiting', reason: 'Starting', code: '', sinceMs: options.clock.monotonicMs() };
  }

  get state(): SourceState {
    return this.#state;
  }

  get started(): boolean {
    return this.#pull !== undefined;
  }

  get asked(): number {
    return this.#pull?.asked ?? 0;
  }

  get askedBytes(): number {
    return this.#pull?.askedBytes ?? 0;
  }

  /** Asks for messages; nothing happens while the source waits, `onRoom` is called when it no longer does. */
  request(messages: number, bytes: number): void {
    if (this.#state.kind === 'pulling') this.#pull?.request(messages, bytes);
  }

  /** Begins to pull. */
  start(): void {
    this.#pull = this.#open();
    this.#setState({ kind: 'pulling' });
    this.#options.onRoom();
  }

  /** Begins anew: what is still on its way for the old asks is dropped, because others have it by now. */
  renew(): void {
    const old = this.#pull;
    if (old === undefined) return;
    this.#pull = this.#open();
    void this.#end(old);
  }

  /** Asks for nothing more; what is on its way still comes until this resolves. */
  async stop(): Promise<void> {
    if (this.#pull !== undefined) await this.#end(this.#pull);
  }

  /** Looks at the stream and the consumer when it is time, or at once when something hints at a change. */
  check({ now }: { readonly now: boolean }): void {
    const { clock } = this.#options;
    if (this.#checking || this.#pull === undefined || this.#state.kind === 'stopped') return;
    const everyMs = this.#state.kind === 'pulling' && !now ? CHECK_EVERY_MS : CHECK_WAITING_EVERY_MS;
    if (clock.monotonicMs() - this.#lastCheckMs < everyMs) return;
    this.#lastCheckMs = clock.monotonicMs();
    this.#checking = true;
    void this.#look().finally(() => {
      this.#checking = false;
    });
  }

  async #look(): Promise<void> {
    const { nats, stream, consumer, watch, signal } = this.#options;
    try {
      const seenBefore = watch.lastSequence;
      const regression = watch.observeStream(await nats.streamInfo(stream, { signal }), seenBefore);
      if (regression !== undefined) {
        this.#regressed(regression);
        return;
      }
      await nats.consumerInfo(stream, consumer, { signal });
      if (this.#state.kind !== 'waiting') return;
      this.#setState({ kind: 'pulling' });
      this.#options.onRoom();
    } catch (error) {
      if (!signal.aborted) this.#wait(troubleOf(error));
    }
  }

  #open(): Pull {
    const { nats, stream, consumer } = this.#options;
    const pull: Pull = nats.pull({
      stream,
      consumer,
      onMessage: (delivery) => {
        if (this.#pull === pull) this.#received(delivery);
      },
      onStatus: (status) => {
        if (this.#pull === pull) this.#ended(status);
      },
    });
    return pull;
  }

  async #end(pull: Pull): Promise<void> {
    try {
      await pull.stop();
    } catch (error) {
      this.#options.log.debug({ error }, 'could not end the pull');
    }
  }

  #received(delivery: Delivery): void {
    if (this.#state.kind === 'stopped') return;
    const regression = this.#options.watch.observeMessage(delivery.sequence, delivery.timestamp);
    if (regression === undefined) this.#options.onMessage(delivery);
    else this.#regressed(regression);
  }

  #ended(status: PullStatus): void {
    switch (status.type) {
      case 'consumer-missing':
      case 'no-responders':
      case 'refused':
      case 'disconnected':
        this.check({ now: true });
        break;
      case 'permission-denied':
        this.#wait({ reason: 'PermissionDenied', code: `pull from ${this.#options.consumer}` });
        break;
      case 'expired':
      case 'bytes-used':
      case 'missed-heartbeats':
      case 'leader-changed':
      case 'server-shutdown':
        break;
    }
    this.#options.onRoom();
  }

  #wait(trouble: SourceTrouble): void {
    if (this.#state.kind === 'stopped') return;
    const sinceMs = this.#state.kind === 'waiting' ? this.#state.sinceMs : this.#options.clock.monotonicMs();
    this.#setState({ kind: 'waiting', sinceMs, ...trouble });
  }

  #regressed(message: string): void {
    this.#setState({ kind: 'stopped', reason: 'SourceRegressed', message });
    void this.stop();
  }

  #setState(state: SourceState): void {
    const { log, stream, consumer } = this.#options;
    if (!sameState(state, this.#state)) {
      if (state.kind === 'pulling') log.info({ stream, consumer }, 'pulling');
      else log.warn({ stream, consumer, ...state }, 'not pulling');
    }
    this.#state = state;
  }
}

function sameState(one: SourceState, other: SourceState): boolean {
  if (one.kind === 'pulling' || other.kind === 'pulling') return one.kind === other.kind;
  return one.kind === other.kind && one.reason === other.reason;
}
