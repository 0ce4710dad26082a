import type { InHand } from './in-hand.ts';

/**
 * Whether the server may have handed the message to another worker by now: nothing told it within `ackWaitMs` that we
 * hold the message. Then it must not be acked, nor may its results be published.
 */
export function leaseExpired(message: InHand, ackWaitMs: number, nowMs: number): boolean {
  return nowMs - message.leasedMs > ackWaitMs;
}

/** Whether it is time to tell the server that the message is still being worked on. */
export function leaseDue(message: InHand, ackWaitMs: number, nowMs: number): boolean {
  return (nowMs - message.leasedMs) * 2 > ackWaitMs;
}

/**
 * Notices that the process stood still: stopped by a signal, frozen with its node, or blocked. What arrives right
 * after has waited in the kernel for as long, so its lease can't be told from when it was read.
 */
export class Standstill {
  #lastMs: number;
  readonly #limitMs: number;

  constructor(limitMs: number, nowMs: number) {
    this.#limitMs = limitMs;
    this.#lastMs = nowMs;
  }

  /** Call it at every sign of life; true when the last one was longer ago than the limit. */
  observe(nowMs: number): boolean {
    const stood = nowMs - this.#lastMs > this.#limitMs;
    this.#lastMs = nowMs;
    return stood;
  }
}
