import { createInbox, type Subscription } from '@nats-io/transport-node';
import { type Session } from '../connection/session.ts';
import { type ConnectionEvent } from '../connection/spec.ts';
import { type Frame } from '../inbound/frame.ts';
import { AckSubjectReader } from '../messages/ack-subject.ts';
import { ReceivedDelivery } from '../messages/delivery.ts';
import { parseStatus } from '../messages/headers.ts';
import { millisecondsToNs } from '../messages/time.ts';
import { Asks, left, type Ask } from './asks.ts';
import { type AskEnd, type Pull, type PullOptions } from './contract.ts';
import { drainSubscriptions } from './drain.ts';
import { askBackoffMs, comesBackAtOnce, meaningOf } from './status.ts';

const SLOTS = 8;
const HEARTBEAT_MS = 1_000;
const EXPIRES_MS = 30_000;
const MISSED_HEARTBEATS = 2;

/**
 * Pulls by credit: only what `request` asked for comes. The library's own loop asks again for what was received,
 * whether or not it was settled.
 */
export class CreditPull implements Pull {
  readonly #session: Session;
  readonly #options: PullOptions;
  readonly #subject: string;
  readonly #heartbeatMs: number;
  readonly #asks = new Asks(SLOTS);
  readonly #ackSubjects = new AckSubjectReader();
  readonly #inboxPrefix: string | undefined;
  #inbox: string;
  #subscriptions: (Subscription | undefined)[] = [];
  #endsInARow = 0;
  #pausedUntilMs = 0;
  #pauseTimer: NodeJS.Timeout | undefined;
  #lastTickMs: number;
  #received = 0;
  #stopped = false;
  readonly #ticker: NodeJS.Timeout;
  readonly #unlisten: () => void;

  constructor(session: Session, options: PullOptions, inboxPrefix: string | undefined) {
    this.#session = session;
    this.#options = options;
    this.#inboxPrefix = inboxPrefix;
    this.#inbox = createInbox(inboxPrefix);
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.consumer}`;
    this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
    this.#lastTickMs = session.now();
    this.#unlisten = session.listen((event) => {
      this.#onConnection(event);
    });
    this.#ticker = setInterval(() => {
      this.#tick();
    }, this.#heartbeatMs);
  }

  get asked(): number {
    return this.#asks.messages;
  }

  get askedBytes(): number {
    return this.#asks.bytes;
  }

  request(messages: number, maxBytes: number): void {
    if (this.#stopped || messages < 1) return;
    this.#asks.want(messages, maxBytes);
    this.#pump();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#asks.forgetWaiting();
    clearTimeout(this.#pauseTimer);
    clearInterval(this.#ticker);
    await drainSubscriptions(this.#session, this.#open(), {
      received: () => this.#received,
      asked: () => this.#asks.messages,
    });
    this.#subscriptions = [];
    this.#unlisten();
  }

  #open(): Subscription[] {
    return this.#subscriptions.filter((subscription) => subscription !== undefined);
  }

  /** Sends what waits, as far as there is a connection, a free slot and no pause. */
  #pump(): void {
    if (this.#stopped || !this.#session.connected) return;
    const now = this.#session.now();
    if (now < this.#pausedUntilMs) return;
    for (let next = this.#asks.open(now); next !== undefined; next = this.#asks.open(now))
      this.#send(next.slot, next.ask);
  }

  #send(slot: number, ask: Ask): void {
    this.#subscriptions[slot] ??= this.#subscribe(slot);
    const body = {
      batch: ask.messages,
      expires: millisecondsToNs(this.#options.expiresMs ?? EXPIRES_MS),
      idle_heartbeat: millisecondsToNs(this.#heartbeatMs),
      ...(ask.maxBytes === undefined ? {} : { max_bytes: ask.maxBytes }),
    };
    this.#session.outbox.send(this.#subject, JSON.stringify(body), `${this.#inbox}.${slot}.${ask.id}`);
  }

  #subscribe(slot: number): Subscription {
    return this.#session.subscribe(
      `${this.#inbox}.${slot}.*`,
      (frame) => {
        this.#onMessage(slot, frame);
      },
      () => {
        this.#subscriptionRefused(slot);
      },
    );
  }

  #onMessage(slot: number, frame: Frame): void {
    const { reply } = frame;
    const place = this.#ackSubjects.read(reply);
    if (place === undefined) {
      this.#onStatus(slot, frame);
      return;
    }
    this.#received += 1;
    this.#endsInARow = 0;
    const delivery = new ReceivedDelivery(frame, reply, place, this.#session.epoch);
    const free = this.#asks.delivered(slot, this.#session.aliveMs, delivery.payload.length);
    this.#options.onMessage(delivery);
    if (free) this.#pump();
  }

  #onStatus(slot: number, frame: Frame): void {
    const status = parseStatus(frame.headers);
    if (status === undefined) return;
    const { subject } = frame;
    const id = Number(subject.slice(subject.lastIndexOf('.') + 1));
    const meaning = meaningOf(status);
    if (meaning === 'alive') {
      this.#endsInARow = 0;
      this.#asks.seen(slot, id, this.#session.now());
      return;
    }
    const ask = this.#asks.end(slot, id);
    if (ask === undefined) return;
    const one = meaning === 'bytes-used' && ask.delivered === 0 ? this.#askForOne(slot) : 0;
    this.#report(meaning, left(ask) - one, status.text);
  }

  /** Nothing was delivered because the next message alone is over the limit: it would be asked for like this for ever. */
  #askForOne(slot: number): number {
    const ask = this.#stopped ? undefined : this.#asks.openForOne(slot, this.#session.now());
    if (ask === undefined) return 0;
    this.#send(slot, ask);
    return 1;
  }

  #report(type: AskEnd, messages: number, text?: string): void {
    if (comesBackAtOnce(type)) this.#pause();
    if (messages > 0) this.#options.onStatus?.({ type, messages, ...(text === undefined ? {} : { text }) });
    this.#pump();
  }

  #pause(): void {
    this.#endsInARow += 1;
    const ms = askBackoffMs(this.#endsInARow);
    this.#pausedUntilMs = this.#session.now() + ms;
    clearTimeout(this.#pauseTimer);
    this.#pauseTimer = setTimeout(() => {
      this.#pausedUntilMs = 0;
      this.#pump();
    }, ms);
  }

  #subscriptionRefused(slot: number): void {
    this.#subscriptions[slot] = undefined;
    this.#report('permission-denied', this.#asks.endAll());
  }

  #onConnection(event: ConnectionEvent): void {
    if (event.type === 'disconnected') this.#onDisconnected();
    else if (event.type === 'reconnected') this.#pump();
    else if (event.type === 'permission' && event.operation === 'publish' && event.subject === this.#subject)
      this.#report('permission-denied', this.#asks.endAll());
    else if (event.type === 'closed') void this.stop();
  }

  /** A new inbox for the new connection: asks that a server kept over the break then find nobody, instead of filling our room twice. */
  #onDisconnected(): void {
    for (const subscription of this.#open()) subscription.unsubscribe();
    this.#subscriptions = [];
    this.#inbox = createInbox(this.#inboxPrefix);
    this.#report('disconnected', this.#asks.endAll());
  }

  #tick(): void {
    const now = this.#session.now();
    const late = now - this.#lastTickMs > MISSED_HEARTBEATS * this.#heartbeatMs;
    this.#lastTickMs = now;
    // When this process stood still, heartbeats may lie unread in the socket.
    if (late || !this.#session.connected) return;
    const silent = this.#asks.endSilent(now - MISSED_HEARTBEATS * this.#heartbeatMs);
    if (silent > 0) this.#report('missed-heartbeats', silent);
  }
}
