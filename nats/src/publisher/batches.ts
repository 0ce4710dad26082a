import { type Publication, type PublishAnswer } from './contract.ts';

export type OnAnswer = (index: number, answer: PublishAnswer) => void;

type Batch = {
  readonly id: number;
  readonly publications: readonly Publication[];
  readonly onAnswer: OnAnswer;
  readonly deadlineMs: number;
  readonly answered: Uint8Array;
  left: number;
};

/** What is in flight, by batch. It lets each publication be answered once, and forgets a batch with its last answer. */
export class Batches {
  // Oldest first, which is also the order of their deadlines.
  readonly #batches = new Map<number, Batch>();
  #nextId = 1;
  #inFlight = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The deadline of the oldest batch. */
  get nextDeadlineMs(): number | undefined {
    return this.#batches.values().next().value?.deadlineMs;
  }

  /** Returns the batch's number. */
  add(publications: readonly Publication[], onAnswer: OnAnswer, deadlineMs: number): number {
    const id = this.#nextId;
    this.#nextId += 1;
    if (publications.length === 0) return id;
    const answered = new Uint8Array(publications.length);
    this.#batches.set(id, { id, publications, onAnswer, deadlineMs, answered, left: publications.length });
    this.#inFlight += publications.length;
    return id;
  }

  /** A late or repeated answer is dropped. */
  answer(id: number, index: number, answer: PublishAnswer): void {
    const batch = this.#batches.get(id);
    if (batch !== undefined) this.#settle(batch, index, answer);
  }

  /** Gives every unanswered publication of the batches that are due this answer. */
  answerDue(nowMs: number, answer: PublishAnswer): void {
    for (const batch of [...this.#batches.values()]) {
      if (batch.deadlineMs > nowMs) return;
      this.#answerRest(batch, answer);
    }
  }

  answerAll(answer: PublishAnswer): void {
    for (const batch of [...this.#batches.values()]) this.#answerRest(batch, answer);
  }

  /** The server answers in order, so a refusal that only names a subject means the oldest unanswered one on it. */
  answerSubject(subject: string, answer: PublishAnswer): void {
    for (const batch of this.#batches.values()) {
      const index = batch.publications.findIndex((each, at) => batch.answered[at] === 0 && each.subject === subject);
      if (index === -1) continue;
      this.#settle(batch, index, answer);
      return;
    }
  }

  #answerRest(batch: Batch, answer: PublishAnswer): void {
    for (let index = 0; index < batch.publications.length; index += 1) this.#settle(batch, index, answer);
  }

  #settle(batch: Batch, index: number, answer: PublishAnswer): void {
    if (batch.answered[index] !== 0) return;
    batch.answered[index] = 1;
    batch.left -= 1;
    this.#inFlight -= 1;
    if (batch.left === 0) this.#batches.delete(batch.id);
    batch.onAnswer(index, answer);
  }
}
