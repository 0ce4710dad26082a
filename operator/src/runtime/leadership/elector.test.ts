import { beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@streamjob/telemetry';
import { type Clock } from '../clock/clock.ts';
import { createFakeClock, settle, type FakeClock } from '../testing/fake-clock.ts';
import { createFakeLease, type FakeLease } from '../testing/fake-lease.ts';
import { createElector, NotLeadingError } from './elector.ts';

let clock: FakeClock;
let lease: FakeLease;
beforeEach(() => {
  clock = createFakeClock();
  lease = createFakeLease();
});

function candidate(identity: string, own: Clock = clock) {
  const store = lease.store();
  const elector = createElector({ store, identity, clock: own, log: silentLogger, random: () => 0 });
  const stop = new AbortController();
  const state: { lost: AbortSignal | undefined } = { lost: undefined };
  const acquiring = elector.acquire(stop.signal).then((lost) => {
    state.lost = lost;
  });
  return { store, elector, stop, state, acquiring };
}

const mayWrite = (elector: { guard(ms: number): void }, deadlineMs = 10_000): boolean => {
  try {
    elector.guard(deadlineMs);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(NotLeadingError);
    return false;
  }
};

describe('leader election', () => {
  test('a free lease is taken at once, renewed every two seconds, and released', async () => {
    const a = candidate('a');
    await settle();
    expect(a.elector.isLeading).toBe(true);
    expect(lease.record).toMatchObject({ holder: 'a', durationSeconds: 15, transitions: 0 });
    await clock.advance(20_000);
    expect(lease.writes).toBe(11);
    expect(mayWrite(a.elector)).toBe(true);
    await a.elector.release();
    expect(lease.record).toMatchObject({ holder: '', durationSeconds: 1 });
    expect(mayWrite(a.elector, 0)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test('the second waits while the first renews, and follows soon after its release', async () => {
    const a = candidate('a');
    await settle();
    const b = candidate('b');
    await clock.advance(120_000);
    expect([a.elector.isLeading, b.elector.isLeading]).toEqual([true, false]);
    expect(mayWrite(b.elector, 0)).toBe(false);
    await a.elector.release();
    await clock.advance(2_000);
    expect(b.elector.isLeading).toBe(true);
    expect(lease.record).toMatchObject({ holder: 'b', transitions: 1 });
  });

  test('a holder that died is followed a whole lease after its last renewal was seen, not by its clock', async () => {
    const longAgo = '2001-01-01T00:00:00.000000Z';
    lease.set({ holder: 'dead', durationSeconds: 15, acquireTime: longAgo, renewTime: longAgo, transitions: 3 });
    const b = candidate('b');
    await clock.advance(14_000);
    expect(b.elector.isLeading).toBe(false);
    await clock.advance(3_000);
    expect(b.elector.isLeading).toBe(true);
    expect(lease.record?.transitions).toBe(4);
  });

  test.each(['refuse', 'hang'] as const)(
    'a leader whose renewals fail (%s) stops before the lease ends',
    async (fault) => {
      const a = candidate('a');
      await settle();
      const b = candidate('b');
      await clock.advance(1_000);
      a.store.fault = fault;
      await clock.advance(5_000);
      expect(mayWrite(a.elector)).toBe(false);
      expect(a.state.lost?.aborted).toBe(false);
      await clock.advance(5_000);
      expect(a.state.lost?.aborted).toBe(true);
      expect(b.elector.isLeading).toBe(false);
      await clock.advance(8_000);
      expect(b.elector.isLeading).toBe(true);
    },
  );

  test('one failed renewal costs nothing', async () => {
    const a = candidate('a');
    await settle();
    a.store.fault = 'refuse';
    await clock.advance(2_500);
    a.store.fault = 'none';
    await clock.advance(60_000);
    expect(a.elector.isLeading).toBe(true);
    expect(a.state.lost?.aborted).toBe(false);
  });

  test('a renewal that came through although its answer was lost is taken for ours', async () => {
    const a = candidate('a');
    await settle();
    a.store.fault = 'lose-answer';
    await clock.advance(2_000);
    a.store.fault = 'none';
    await clock.advance(60_000);
    expect(a.elector.isLeading).toBe(true);
    expect(lease.record).toMatchObject({ holder: 'a', transitions: 0 });
  });

  test('a leader that finds another holder stops at once', async () => {
    const a = candidate('a');
    await settle();
    const now = '2026-01-01T00:00:00.000000Z';
    lease.set({ holder: 'thief', durationSeconds: 15, acquireTime: now, renewTime: now, transitions: 9 });
    await clock.advance(4_100);
    expect(a.state.lost?.aborted).toBe(true);
    expect(mayWrite(a.elector, 0)).toBe(false);
  });

  const stopped: Record<string, { monotonicMs: number; wallMs: number }> = {
    'a process that was stopped': { monotonicMs: 20_000, wallMs: 20_000 },
    'a machine that slept, whose monotonic clock stood still': { monotonicMs: 0, wallMs: 20_000 },
    'a wall clock that was set back': { monotonicMs: 20_000, wallMs: -3_600_000 },
  };
  test.each(Object.entries(stopped))('%s may not write when it wakes', async (_name, { monotonicMs, wallMs }) => {
    const shift = { monotonicMs: 0, wallMs: 0 };
    const own: Clock = {
      now: () => clock.now() + shift.wallMs,
      monotonic: () => clock.monotonic() + shift.monotonicMs,
      after: (delayMs, callback) => clock.after(delayMs, callback),
    };
    const a = candidate('a', own);
    await settle();
    expect(mayWrite(a.elector)).toBe(true);
    Object.assign(shift, { monotonicMs, wallMs });
    expect(mayWrite(a.elector, 0)).toBe(false);
    expect(a.elector.isLeading).toBe(false);
  });

  test('of many candidates one leads at any time', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => candidate(name));
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(1_000);
      expect(all.filter(({ elector }) => elector.isLeading).length).toBeLessThanOrEqual(1);
      for (const one of all) one.store.fault = (second + all.indexOf(one) * 17) % 40 < 14 ? 'refuse' : 'none';
    }
    expect(lease.record?.transitions).toBeGreaterThan(0);
  });

  test('a candidate that is stopped ends without the lease', async () => {
    candidate('a');
    await settle();
    const b = candidate('b');
    await settle();
    b.stop.abort();
    await b.acquiring;
    expect(b.state.lost).toBeUndefined();
    await b.elector.release();
    expect(lease.record?.holder).toBe('a');
  });
});
