import type { DeadLetter } from './letter.ts';

/** Which dead letters are meant. What is absent excludes nothing. */
export type Selection = {
  /** The stream of the dead letters, and what their subjects start with. */
  readonly stream: string;
  readonly subjectPrefix: string;
  readonly namespace?: string;
  readonly job?: string;
  /** Each: the step or sink that failed, `source` or `worker`. */
  readonly steps?: readonly string[];
  readonly reasons?: readonly string[];
  readonly ids?: readonly string[];
  /** When they were written, milliseconds since 1970: from `sinceMs` on, and before `untilMs`. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** So many of them at most, the oldest first. */
  readonly limit?: number;
};

const NS_PER_MS = 1_000_000n;

/** The fewest subjects that hold all of them, so that the server sends little else. */
export function subjectsOf({ subjectPrefix, namespace, job, steps, ids }: Selection): readonly string[] {
  const place = `${subjectPrefix}.${namespace ?? '*'}.${job ?? '*'}`;
  const withSteps = steps?.length ? steps.map((step) => `${place}.${step}`) : [`${place}.*`];
  const names = ids?.length ? ids : ['*'];
  return withSteps.flatMap((start) => names.map((id) => `${start}.${id}`));
}

/** Whether a letter on one of those subjects is meant. */
export function selects({ reasons, sinceMs, untilMs }: Selection, letter: DeadLetter): boolean {
  if (reasons?.length && !reasons.includes(letter.reason)) return false;
  if (sinceMs !== undefined && letter.timestampNs < BigInt(sinceMs) * NS_PER_MS) return false;
  return untilMs === undefined || letter.timestampNs < BigInt(untilMs) * NS_PER_MS;
}
