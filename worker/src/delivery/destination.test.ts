import { describe, expect, test } from '@jest/globals';
import type { Delivery } from '@streamjob/nats';
import { Destination } from './destination.ts';
import { InHand } from './in-hand.ts';
import { createParcel, type Parcel } from './parcel.ts';

const retry = { maxAttempts: 3, initialMs: 1000, maxMs: 60_000 };
const unreachable = { kind: 'destination', reason: 'SinkUnreachable', code: 'NoResponders' } as const;
const noAnswer = { kind: 'destination', reason: 'SinkUnreachable', code: 'NoAnswer', unanswered: true } as const;
const transient = { kind: 'transient', code: '10077' } as const;

const parcel = (): Parcel => {
  const owner = new InHand({ deliveries: 1 } as Delivery, 0);
  return createParcel(owner, 0, { subject: 'out', payload: new Uint8Array(0) });
};
const parcels = (count: number): Parcel[] => Array.from({ length: count }, parcel);

/** A destination that refused so many parcels that it is in an outage, at time 0. */
function inOutage(held: number): { sink: Destination; tried: Parcel[] } {
  const sink = new Destination({ name: 'sink', retry });
  const tried = parcels(held);
  for (const one of tried) sink.failed(one, unreachable, 0);
  return { sink, tried };
}

describe('a destination that takes something', () => {
  test('admits everything', () => {
    const sink = new Destination({ name: 'sink', retry });
    expect(parcels(100).every((one) => sink.admit(one, 0))).toBe(true);
    expect(sink.held).toBe(0);
  });

  test('holds what it refused and hands it out again later, without end and without spending attempts', () => {
    const sink = new Destination({ name: 'sink', retry });
    const bad = parcel();
    let nowMs = 0;
    for (let failures = 1; failures < 20; failures += 1) {
      sink.stored(parcel(), nowMs);
      expect(sink.failed(bad, unreachable, nowMs)).toBe('hold');
      expect(sink.due(nowMs)).toEqual([]);
      nowMs += 30_000;
      sink.stored(parcel(), nowMs);
      expect(sink.due(nowMs)).toEqual([bad]);
    }
    expect(bad.attempts).toBe(0);
    expect(sink.inOutage).toBe(false);
  });

  test('gives up a parcel that fails while the others pass', () => {
    const sink = new Destination({ name: 'sink', retry });
    for (const one of parcels(100)) sink.stored(one, 0);
    const bad = parcel();
    expect(sink.failed(bad, transient, 0)).toBe('hold');
    expect(sink.due(999)).toEqual([]);
    expect(sink.due(1000)).toEqual([bad]);
    sink.stored(parcel(), 1000);
    expect(sink.failed(bad, transient, 1000)).toBe('hold');
    expect(sink.due(2999)).toEqual([]);
    expect(sink.due(3000)).toEqual([bad]);
    expect(sink.failed(bad, transient, 3000)).toBe('dead');
    expect(sink.held).toBe(0);
  });

  test('spends no attempt while most others fail too', () => {
    const sink = new Destination({ name: 'sink', retry });
    for (const [index, one] of parcels(100).entries()) {
      if (index % 3 === 0) sink.stored(one, 0);
      else expect(sink.failed(one, transient, 0)).toBe('hold');
    }
  });
});

describe('an outage', () => {
  test.each([
    ['begins after many failures in a row', 32, 0, true],
    ['does not begin after a few', 31, 0, false],
    ['begins when a few fail for a second', 2, 1000, true],
  ])('%s', (_name, failures, forMs, outage) => {
    const sink = new Destination({ name: 'sink', retry });
    const tried = parcels(failures);
    for (const one of tried.slice(1)) sink.failed(one, unreachable, 0);
    sink.failed(tried[0]!, unreachable, forMs);
    expect(sink.inOutage).toBe(outage);
  });

  test('holds what comes, but for one fresh probe now and then', () => {
    const { sink } = inOutage(32);
    expect(sink.admit(parcel(), 100)).toBe(false);
    expect(sink.admit(parcel(), 250)).toBe(true);
    expect(sink.admit(parcel(), 251)).toBe(false);
    expect(sink.held).toBe(35);
    expect(sink.trouble).toMatchObject({ reason: 'SinkUnreachable', code: 'NoResponders', held: 35 });
  });

  test('is probed by different parcels, with back-off', () => {
    const { sink } = inOutage(32);
    const seen = new Set<Parcel>();
    const rounds: number[] = [];
    for (let nowMs = 0; nowMs < 20_000; nowMs += 50) {
      const due = sink.due(nowMs);
      if (due.length > 0) rounds.push(nowMs);
      for (const one of due) {
        seen.add(one);
        sink.failed(one, unreachable, nowMs);
      }
    }
    expect(rounds).toEqual([250, 750, 1750, 3750, 7750, 12_750, 17_750]);
    expect(seen.size).toBe(28);
    expect(sink.takeAnsweredProbes()).toBe(28);
    expect(sink.held).toBe(32);
  });

  test('allows no fresh message for a probe that got no answer', () => {
    const { sink } = inOutage(32);
    for (const one of sink.due(250)) sink.failed(one, noAnswer, 5250);
    expect(sink.takeAnsweredProbes()).toBe(0);
  });

  test('ends with the first parcel that passes, and everything held is due', () => {
    const { sink } = inOutage(32);
    sink.admit(parcel(), 10);
    const [probe, ...others] = sink.due(250);
    sink.stored(probe!, 260);
    for (const one of others) sink.stored(one, 260);
    expect(sink.inOutage).toBe(false);
    expect(sink.due(260)).toHaveLength(29);
    expect(sink.trouble).toBeUndefined();
  });

  test('that one tenant causes ends with the first message of another, and the tenant keeps its back-off', () => {
    const { sink } = inOutage(4);
    const bad = parcels(40);
    for (const one of bad) for (let i = 0; i < 4; i += 1) sink.failed(one, unreachable, 0);
    expect(sink.inOutage).toBe(true);
    const good = parcel();
    expect(sink.admit(good, 300)).toBe(true);
    sink.stored(good, 310);
    expect(sink.inOutage).toBe(false);
    expect(sink.due(310)).toHaveLength(4);
  });

  test('is probed at once when something changed', () => {
    const { sink } = inOutage(32);
    expect(sink.due(100)).toHaveLength(0);
    sink.wake(100);
    expect(sink.due(100)).toHaveLength(4);
  });
});

test('a closed destination holds everything for ever and says why', () => {
  const shelf = new Destination({ name: 'deadLetter', retry, closed: 'Disabled' });
  expect(shelf.trouble).toBeUndefined();
  expect(shelf.admit(parcel(), 5)).toBe(false);
  expect(shelf.due(1e9)).toEqual([]);
  expect(shelf.trouble).toEqual({ reason: 'DeadLettersBlocked', code: 'Disabled', held: 1, sinceMs: 5 });
});

test('what is no longer ours is let go', () => {
  const { sink, tried } = inOutage(32);
  for (const one of tried.slice(0, 30)) one.owner.gone = true;
  sink.purge();
  expect(sink.held).toBe(2);
});

describe('a destination with a window', () => {
  const windowed = (window: number): Destination => new Destination({ name: 'sink', retry, window });

  test('holds what has no room, and hands it out in order, one for each that comes back', () => {
    const sink = windowed(2);
    const [a, b, c, d] = parcels(4) as [Parcel, Parcel, Parcel, Parcel];
    expect([a, b, c, d].map((one) => sink.admit(one, 0))).toEqual([true, true, false, false]);
    expect([sink.held, sink.next(0), sink.due(0)]).toEqual([2, undefined, []]);
    sink.stored(b, 0);
    expect(sink.admit(parcel(), 0)).toBe(false); // nobody overtakes
    expect([sink.next(0), sink.next(0)]).toEqual([c, undefined]);
    sink.release(a);
    expect(sink.next(0)).toBe(d);
    expect(sink.trouble).toBeUndefined();
  });

  test('counts what is tried again, and what failed makes room', () => {
    const sink = windowed(1);
    const [a, b] = parcels(2) as [Parcel, Parcel];
    sink.admit(a, 0);
    sink.admit(b, 0);
    sink.failed(a, unreachable, 0);
    expect(sink.next(0)).toBe(b);
    expect(sink.due(10_000)).toEqual([]);
    sink.stored(b, 10_000);
    expect(sink.due(10_000)).toEqual([a]);
    expect(sink.admit(parcel(), 10_000)).toBe(false);
  });

  test('hands out as many as there is room for when an outage is over', () => {
    const sink = windowed(3);
    for (const one of parcels(32)) {
      sink.admit(one, 0);
      sink.failed(one, unreachable, 0);
    }
    expect([sink.inOutage, sink.next(0)]).toEqual([true, undefined]);
    const probes = sink.due(250);
    for (const probe of probes) sink.stored(probe, 250);
    expect(sink.due(250)).toHaveLength(3);
  });
});

describe('a destination that asks to be left alone', () => {
  const busy = (retryAfterMs: number) =>
    ({ kind: 'destination', reason: 'SinkRefuses', code: '429', retryAfterMs }) as const;

  test('for long is in an outage, and not even probed before', () => {
    const sink = new Destination({ name: 'sink', retry });
    const [one, other] = parcels(2) as [Parcel, Parcel];
    sink.failed(one, busy(60_000), 0);
    expect(sink.trouble).toMatchObject({ reason: 'SinkRefuses', code: '429' });
    expect([sink.admit(other, 59_999), sink.due(59_999)]).toEqual([false, []]);
    expect(sink.due(60_000)).toEqual([other, one]);
  });

  test('for a moment gets nothing for that moment, and is no outage', () => {
    const sink = new Destination({ name: 'sink', retry });
    const [one, other] = parcels(2) as [Parcel, Parcel];
    sink.failed(one, busy(500), 0);
    expect([sink.inOutage, sink.admit(other, 499), sink.due(499)]).toEqual([false, false, []]);
    expect(sink.due(500)).toEqual([other, one]);
    expect(sink.admit(parcel(), 500)).toBe(true);
  });

  test('with one message delays that message alone', () => {
    const sink = new Destination({ name: 'sink', retry });
    for (const one of parcels(100)) sink.stored(one, 0);
    const bad = parcel();
    sink.failed(bad, { kind: 'transient', code: '500', retryAfterMs: 5_000 }, 0);
    expect([sink.admit(parcel(), 0), sink.due(4_999)]).toEqual([true, []]);
    expect(sink.due(5_000)).toEqual([bad]);
  });
});
