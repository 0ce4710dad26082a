import { describe, expect, test } from '@jest/globals';
import { silentLogger } from '@streamjob/telemetry';
import { type Elector } from '../leadership/elector.ts';
import { untilAborted } from '../signal/signal.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { runManager } from './manager.ts';

function scene(options: { reconcileEnds?: boolean } = {}) {
  const clock = createFakeClock();
  const steps: string[] = [];
  const lost = new AbortController();
  const stop = new AbortController();
  const state = { hasSynced: false, isLeader: false };
  const caches = {
    get hasSynced() {
      return state.hasSynced;
    },
    async run(signal: AbortSignal) {
      steps.push('caches start');
      await untilAborted(signal);
      steps.push('caches end');
    },
  };
  const elector: Elector = {
    isLeading: true,
    guard: () => undefined,
    async acquire(signal) {
      steps.push('campaign');
      while (!state.isLeader && !signal.aborted) await new Promise<void>((resolve) => clock.after(100, resolve));
      return state.isLeader ? lost.signal : undefined;
    },
    release() {
      steps.push('lease released');
      return Promise.resolve();
    },
  };
  const loop = {
    name: 'test',
    enqueue: () => undefined,
    stuck: () => [],
    counts: { reconciled: 0, retried: 0, terminal: 0 },
    async run(drain: AbortSignal, cut: AbortSignal) {
      steps.push('controller starts');
      await untilAborted(drain);
      if (options.reconcileEnds === false) await untilAborted(cut);
      steps.push(cut.aborted ? 'controller cut short' : 'controller ends');
    },
  };
  const recorder = {
    async run(signal: AbortSignal) {
      steps.push('recorder starts');
      await untilAborted(signal);
      steps.push('recorder flushed');
    },
  };
  const parts = { caches, elector, loops: [loop], companions: [recorder], clock, log: silentLogger };
  const ended = runManager({ ...parts, stopTimeoutMs: 10_000 }, stop.signal);
  return { clock, steps, lost, stop, state, ended };
}

const STARTED = ['caches start', 'campaign', 'recorder starts', 'controller starts'];

describe('manager', () => {
  test('starts in order and stops in reverse, the lease after the last write', async () => {
    const { clock, steps, stop, state, ended } = scene();
    await clock.advance(1_000);
    expect(steps).toEqual(['caches start']);
    state.hasSynced = true;
    await clock.advance(1_000);
    expect(steps).toEqual(['caches start', 'campaign']);
    state.isLeader = true;
    await clock.advance(1_000);
    expect(steps).toEqual(STARTED);
    stop.abort();
    expect(await ended).toBe('stopped');
    expect(steps.slice(4)).toEqual(['controller ends', 'recorder flushed', 'lease released', 'caches end']);
  });

  test('cuts short what does not end in time', async () => {
    const { clock, steps, stop, state, ended } = scene({ reconcileEnds: false });
    Object.assign(state, { hasSynced: true, isLeader: true });
    await clock.advance(1_000);
    stop.abort();
    await clock.advance(9_000);
    expect(steps).toEqual(STARTED);
    await clock.advance(2_000);
    expect(await ended).toBe('stopped');
    expect(steps.slice(4)).toEqual(['controller cut short', 'recorder flushed', 'lease released', 'caches end']);
  });

  test('losing the lease cuts everything at once', async () => {
    const { clock, steps, lost, state, ended } = scene({ reconcileEnds: false });
    Object.assign(state, { hasSynced: true, isLeader: true });
    await clock.advance(1_000);
    lost.abort();
    expect(await ended).toBe('lost-leadership');
    expect(steps).toContain('controller cut short');
  });

  test.each(['caches fill', 'the lease comes'])('can be stopped before %s', async (when) => {
    const { clock, steps, stop, state, ended } = scene();
    state.hasSynced = when === 'the lease comes';
    await clock.advance(1_000);
    stop.abort();
    await clock.advance(1_000);
    expect(await ended).toBe('stopped');
    expect(steps.at(-1)).toBe('caches end');
    expect(steps).not.toContain('controller starts');
  });
});
