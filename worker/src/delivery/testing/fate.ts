import type { Failure, Outcome } from '../../pipeline/types.ts';

/** For tests: what the pipeline says of a message. */
export type Fate = {
  readonly kind: 'filtered' | 'dropped' | 'unrouted' | 'dead' | 'emit';
  /** Sinks that get a result, and sinks whose result fails; with `emit`, at least one of both together. */
  readonly to: readonly number[];
  readonly fails: readonly number[];
  /** How often a step can't get what it depends on before it can. */
  readonly retries: number;
  /** Whether its steps need time. */
  readonly later: boolean;
  /** Whether sinks fail on its results while they take others. */
  readonly isStubborn: boolean;
};

export const SINK_NAMES = ['sink0', 'sink1'] as const;
export const STEP_NAME = 'step';

const nameOf = (sink: number): string => SINK_NAMES[sink] ?? '';

/** Where the results and dead letters of a fate go: a sink's index, or `dead:` and what failed. */
export function resultsOf({ kind, to, fails }: Fate): readonly string[] {
  if (kind === 'dead') return [deadKey(STEP_NAME)];
  return kind === 'emit' ? [...to.map(String), ...fails.map((sink) => deadKey(nameOf(sink)))] : [];
}

export const deadKey = (at: string): string => `dead:${at}`;

/** A sink's index, or that of the dead letters. */
export const destinationOf = (key: string): number => (key.startsWith('dead:') ? SINK_NAMES.length : Number(key));

export const RETRY: Outcome = { kind: 'retry', at: STEP_NAME, reason: 'LookupUnreachable', code: '503' };

export function outcomeOf(fate: Fate, sequence: number): Outcome {
  switch (fate.kind) {
    case 'filtered':
    case 'dropped':
      return { kind: fate.kind, at: STEP_NAME };
    case 'unrouted':
      return { kind: 'unrouted' };
    case 'dead':
      return { kind: 'dead', failure: failure(STEP_NAME) };
    case 'emit':
      return {
        kind: 'emit',
        emissions: fate.to.map((sink) => {
          return { sink, subject: `${sequence} ${sink}`, headers: [], payload: new Uint8Array(0), id: '' };
        }),
        failures: fate.fails.map((sink) => ({ ...failure(nameOf(sink)), sink })),
      };
  }
}

function failure(at: string): Failure {
  return { at, reason: 'ExpressionFailed', error: 'e' };
}
