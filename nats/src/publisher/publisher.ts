import { createInbox, type Subscription } from '@nats-io/transport-node';
import { type Session } from '../connection/session.ts';
import { type ConnectionEvent } from '../connection/spec.ts';
import { type Frame } from '../inbound/frame.ts';
import { readNumber } from '../inbound/number.ts';
import { Batches, type OnAnswer } from './batches.ts';
import { type Publication, type PublishAnswer, type Publisher } from './contract.ts';
import { PubAckReader } from './pub-ack.ts';

const ANSWER_TIMEOUT_MS = 5_000;
const STOOD_STILL_MS = 500;
const DASH = 0x2d;
const DISCONNECTED: PublishAnswer = { kind: 'disconnected' };
const TIMEOUT: PublishAnswer = { kind: 'timeout' };

type Options = { readonly answerTimeoutMs?: number; readonly inboxPrefix?: string | undefined };

/** Publishes batches with one inbox for all answers: the reply's last token says which batch and which of it. */
export class InboxPublisher implements Publisher {
  readonly #session: Session;
  readonly #timeoutMs: number;
  readonly #prefix: string;
  readonly #batches = new Batches();
  readonly #pubAcks = new PubAckReader();
  readonly #unlisten: () => void;
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(session: Session, { answerTimeoutMs = ANSWER_TIMEOUT_MS, inboxPrefix }: Options) {
    this.#session = session;
    this.#timeoutMs = answerTimeoutMs;
    this.#prefix = `${createInbox(inboxPrefix)}.`;
    this.#unlisten = session.listen((event) => {
      this.#onConnection(event);
    });
  }

  get inFlight(): number {
    return this.#batches.inFlight;
  }

  publish(batch: readonly Publication[], onAnswer: OnAnswer): void {
    const id = this.#batches.add(batch, onAnswer, this.#session.now() + this.#timeoutMs);
    if (this.#closed || !this.#session.connected) {
      this.#later(
        id,
        [...batch.keys()].map((index) => [index, DISCONNECTED]),
      );
      return;
    }
    this.#subscription ??= this.#subscribe();
    this.#later(id, this.#write(id, batch));
    this.#watchDeadline();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#unlisten();
    clearTimeout(this.#timer);
    this.#subscription?.unsubscribe();
    this.#batches.answerAll(DISCONNECTED);
    return Promise.resolve();
  }

  /** Writes what can be sent; returns the answers of what can't. */
  #write(id: number, batch: readonly Publication[]): [index: number, answer: PublishAnswer][] {
    const { outbox } = this.#session;
    const refused: [number, PublishAnswer][] = [];
    const reply = `${this.#prefix}${id}-`;
    for (let index = 0; index < batch.length; index += 1) {
      const publication = batch[index];
      if (publication === undefined) continue;
      const refusal = outbox.publish(publication, `${reply}${index}`);
      if (refusal !== undefined) refused.push([index, refusal]);
    }
    return refused;
  }

  /** Never inside `publish`, so that a caller may set its books in order first. */
  #later(id: number, answers: [index: number, answer: PublishAnswer][]): void {
    if (answers.length === 0) return;
    queueMicrotask(() => {
      for (const [index, answer] of answers) this.#batches.answer(id, index, answer);
    });
  }

  #subscribe(): Subscription {
    return this.#session.subscribe(
      `${this.#prefix}*`,
      (frame) => {
        this.#onAnswer(frame);
      },
      () => {
        this.#inboxRefused();
      },
    );
  }

  #onAnswer(frame: Frame): void {
    const { bytes, subjectAt, subjectEnd } = frame;
    const batchAt = subjectAt + this.#prefix.length;
    const dashAt = bytes.indexOf(DASH, batchAt);
    const batch = readNumber(bytes, batchAt, dashAt);
    this.#batches.answer(batch, readNumber(bytes, dashAt + 1, subjectEnd), this.#pubAcks.read(frame));
  }

  /** Answers would never come. */
  #inboxRefused(): void {
    this.#subscription = undefined;
    this.#batches.answerAll({ kind: 'permission', subject: `${this.#prefix}*` });
  }

  #onConnection(event: ConnectionEvent): void {
    if (event.type === 'closed') void this.close();
    else if (event.type === 'disconnected') this.#batches.answerAll(DISCONNECTED);
    else if (event.type === 'permission' && event.operation === 'publish')
      this.#batches.answerSubject(event.subject, { kind: 'permission', subject: event.subject });
  }

  /** One timer for all, set for the oldest batch. A timer that fires late means that we stood still: the answers may lie unread. */
  #watchDeadline(): void {
    const deadlineMs = this.#batches.nextDeadlineMs;
    if (this.#timer !== undefined || deadlineMs === undefined) return;
    this.#wakeAt(Math.max(deadlineMs, this.#session.now() + 1));
  }

  #wakeAt(dueMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const now = this.#session.now();
      if (now - dueMs > STOOD_STILL_MS) {
        this.#wakeAt(now + STOOD_STILL_MS);
        return;
      }
      this.#batches.answerDue(now, TIMEOUT);
      this.#watchDeadline();
    }, dueMs - this.#session.now());
  }
}
