import type { Progress } from '@streamjob/crds';
import type { Clock } from '../clock.ts';
import type { Destinations } from '../delivery/destinations.ts';
import type { Loop } from '../delivery/loop.ts';
import type { SourceState } from '../sources/state.ts';
import type { Counts } from './counts.ts';

/** What the worker's progress is read from, at the moment somebody asks. Absent parts have not started yet. */
export type Observed = {
  readonly uid: string;
  readonly revision: string;
  readonly startedMs: number;
  readonly clock: Clock;
  readonly counts: Counts;
  readonly connected: boolean;
  readonly account: string | undefined;
  readonly draining: boolean;
  readonly source: SourceState;
  readonly loop?: Pick<Loop, 'inHand' | 'oldestMs' | 'lastFinishedMs'>;
  readonly destinations?: Pick<Destinations, 'waiting'>;
};

/** The bound of a code in the progress; a longer one, such as a long subject, is cut. */
const MAX_CODE = 128;

/** The answer to GET /progress. */
export function progressOf(observed: Observed): Progress {
  const { clock, loop, source } = observed;
  const nowMs = clock.monotonicMs();
  const finishedMs = loop?.lastFinishedMs;
  return {
    uid: observed.uid,
    revision: observed.revision,
    startedAt: rfc3339(observed.startedMs),
    time: rfc3339(clock.wallMs()),
    connected: observed.connected,
    account: observed.account ?? null,
    pulling: isPulling(observed),
    counts: { ...observed.counts },
    inFlight: loop?.inHand ?? 0,
    oldestInFlightMs: Math.max(0, Math.round(nowMs - (loop?.oldestMs ?? nowMs))),
    lastFinishedAt: finishedMs === undefined ? null : rfc3339(finishedMs),
    waiting: waitingFor(observed, nowMs),
    stopped: source.kind === 'stopped' ? { reason: source.reason, message: source.message } : null,
  };
}

/** Whether messages may come now: connected, the source answers, and nobody asked us to stop. */
export function isPulling({
  connected,
  draining,
  source,
}: Pick<Observed, 'connected' | 'draining' | 'source'>): boolean {
  return connected && !draining && source.kind === 'pulling';
}

function waitingFor({ destinations, source, loop }: Observed, nowMs: number): Progress['waiting'] {
  const waiting = (destinations?.waiting() ?? []).map(({ destination, waiting: { reason, code, held, sinceMs } }) => ({
    destination,
    reason,
    code: code.slice(0, MAX_CODE),
    held,
    sinceMs: Math.max(0, Math.round(nowMs - sinceMs)),
  }));
  if (source.kind !== 'waiting') return waiting;
  const { reason, code, sinceMs } = source;
  const forMs = Math.max(0, Math.round(nowMs - sinceMs));
  return [
    ...waiting,
    { destination: 'source', reason, code: code.slice(0, MAX_CODE), held: loop?.inHand ?? 0, sinceMs: forMs },
  ];
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
