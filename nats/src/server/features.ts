import { TooOldError } from '../errors.ts';

/** What we depend on, and the first nats-server that has it. Older ones ignore what they don't know instead of refusing it. */
export const FEATURES = {
  'consumer metadata': '2.10.0',
  'several filter subjects': '2.10.0',
  'stream metadata': '2.10.0',
} as const satisfies Record<string, string>;

export type Feature = keyof typeof FEATURES;

/** Throws TooOldError. A version that can't be read passes: the config that is read back decides then. */
export function requireServer(version: string, feature: Feature): void {
  const has = numbersOf(version);
  const needs = numbersOf(FEATURES[feature]);
  if (has === undefined || needs === undefined) return;
  if (compare(has, needs) < 0) throw new TooOldError({ feature, needs: FEATURES[feature], has: version });
}

type Numbers = readonly [number, number, number];

/** Pre-releases count as the release: a feature is in them. */
function numbersOf(version: string): Numbers | undefined {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

function compare(a: Numbers, b: Numbers): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
