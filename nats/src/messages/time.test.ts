import { expect, test } from '@jest/globals';
import { nanosecondsOf } from './time.ts';

test.each([
  { time: '1970-01-01T00:00:00Z', ns: 0n },
  { time: '2026-11-23T03:39:11.723904661Z', ns: 1795405151723904661n },
  { time: '2026-11-23T03:39:11.5Z', ns: 1795405151500000000n },
  { time: '2026-11-23T04:39:11.5+01:00', ns: 1795405151500000000n },
  { time: '0001-01-01T00:00:00Z', ns: -62135596800000000000n },
  { time: '2026-13-01T00:00:00Z', ns: undefined },
  { time: 'yesterday', ns: undefined },
  { time: '', ns: undefined },
])('nanosecondsOf $time', ({ time, ns }) => {
  expect(nanosecondsOf(time)).toBe(ns);
});
