import { expect, test } from '@jest/globals';
import { cpuUs, parseCpuUs } from './process-cost.ts';

test('user and system time are counted after a name with brackets and spaces', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 30 7 8 20 0 11 0 99 1000 200';
  expect(parseCpuUs(stat)).toBe(1_800_000);
});

test('time of this process goes on, in finer steps than ticks', () => {
  const before = cpuUs(process.pid);
  const untilMs = performance.now() + 5;
  while (performance.now() < untilMs) Math.sqrt(before);
  expect(cpuUs(process.pid)).toBeGreaterThan(before);
});
