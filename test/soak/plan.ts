import { randomFrom } from './random.ts';

/** Killed means kill -9 and a start with what was left; paused means SIGSTOP, and SIGCONT after a while. */
export type FaultKind = 'kill-worker' | 'kill-server' | 'pause-worker' | 'pause-server';
export const FAULT_KINDS: readonly FaultKind[] = ['kill-worker', 'kill-server', 'pause-worker', 'pause-server'];
export type RoundKind = FaultKind | 'everything';
export const ROUND_KINDS: readonly RoundKind[] = [...FAULT_KINDS, 'everything'];

export type Fault = {
  readonly kind: FaultKind;
  /** It comes when this share of the results is stored, … */
  readonly at: number;
  /** … and so much later, for not every fault is to meet the same moment of a batch. */
  readonly delayMs: number;
  /** How long it stays down or paused. */
  readonly forMs: number;
  /** Which of the workers. */
  readonly worker: number;
};

export type RoundPlan = {
  readonly kind: RoundKind;
  readonly seed: number;
  readonly workers: number;
  readonly messages: number;
  readonly ackWaitMs: number;
  /** In the order of their places. */
  readonly faults: readonly Fault[];
};

export type PlanOptions = Pick<RoundPlan, 'kind' | 'seed' | 'workers' | 'messages' | 'ackWaitMs'>;

const FAULTS: Readonly<Record<RoundKind, number>> = {
  'kill-worker': 5,
  'kill-server': 3,
  'pause-worker': 3,
  'pause-server': 3,
  everything: 6,
};
const MAX_DELAY_MS = 300;
const MAX_DOWN_MS = 1500;
/** Before and after it, results come without a fault. */
const [FIRST, LAST] = [0.03, 0.9];

/** Everything about a round that is left to chance, from its seed. */
export function planRound({ kind, seed, workers, messages, ackWaitMs }: PlanOptions): RoundPlan {
  const random = randomFrom(seed);
  const faults = Array.from({ length: FAULTS[kind] }, (_, index): Fault => {
    const own = kind === 'everything' ? (FAULT_KINDS[index] ?? FAULT_KINDS[Math.floor(random() * 4)]!) : kind;
    return {
      kind: own,
      at: FIRST + random() * (LAST - FIRST),
      delayMs: Math.round(random() * MAX_DELAY_MS),
      forMs: durationMs(own, ackWaitMs, random()),
      worker: Math.floor(random() * workers),
    };
  });
  return { kind, seed, workers, messages, ackWaitMs, faults: faults.toSorted((a, b) => a.at - b.at) };
}

/** A pause outlasts the ack wait: what was in hand belongs to others by then. */
function durationMs(kind: FaultKind, ackWaitMs: number, chance: number): number {
  if (kind === 'kill-worker') return 0;
  return Math.round(kind === 'kill-server' ? chance * MAX_DOWN_MS : ackWaitMs * (1.2 + chance));
}
