import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery, Settlement } from '@streamjob/nats';
import { createCounts, type Counts } from '../health/counts.ts';
import { Journal, JournalFile } from '../journal/index.ts';
import type { Outcome, SourceMessage } from '../pipeline/index.ts';
import type { Sink } from '../sinks/sink.ts';
import { Destinations } from './destinations.ts';
import { Loop } from './loop.ts';

const ACK_WAIT_MS = 1000;
const RETRY: Outcome = { kind: 'retry', at: 'lookup', reason: 'LookupUnreachable', code: '503' };

let dir: string;
let nowMs: number;
let counts: Counts;
let settled: Settlement[];
let published: string[];
/** Sequences in the order of their execution. */
let executed: number[];
/** What becomes of a message, by its sequence; a text is the subject of its one result. */
let fates: Map<number, 'later' | 'unavailable'>;
let answers: Map<number, (outcome: Outcome) => void>;
let destinations: Destinations;
let loop: Loop;

const emit = (sequence: number): Outcome => ({
  kind: 'emit',
  emissions: [{ sink: 0, subject: `out.${sequence}`, headers: [], payload: new Uint8Array(0), id: '' }],
  failures: [],
});

const pipeline = {
  execute: (batch: readonly SourceMessage[]) =>
    batch.map(({ sequence }) => {
      executed.push(sequence);
      const fate = fates.get(sequence);
      if (fate === 'unavailable') return RETRY;
      return fate === 'later' ? new Promise<Outcome>((resolve) => answers.set(sequence, resolve)) : emit(sequence);
    }),
};

/** Stores everything at once. */
const sink: Sink = {
  publish: (batch, onVerdict) => {
    for (const [index, { subject }] of batch.entries()) {
      published.push(subject);
      setImmediate(() => {
        onVerdict(index, { kind: 'stored', duplicate: false });
      });
    }
  },
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'loop-'));
  [nowMs, counts, settled, published, executed] = [0, createCounts(), [], [], []];
  fates = new Map();
  answers = new Map();
  destinations = new Destinations([{ name: 'out', retry: { maxAttempts: 5, initialMs: 1000, maxMs: 60_000 } }]);
  loop = new Loop({
    pipeline,
    sinks: [sink, sink],
    destinations,
    journal: new Journal(new JournalFile(dir), 'r'),
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    counts,
    credit: { messages: 1000, bytes: 1e9 },
    ackWaitMs: ACK_WAIT_MS,
    settle: (items) => {
      settled.push(...items);
      return true;
    },
    request: () => undefined,
    asked: () => 0,
    askedBytes: () => 0,
    congested: () => false,
    onStandstill: () => undefined,
    buildDeadLetter: () => ({ subject: 'dead', payload: new Uint8Array(0) }),
  });
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function receive(sequence: number, fate?: 'later' | 'unavailable', { deliveries = 1, subject = 'src' } = {}): void {
  if (fate !== undefined) fates.set(sequence, fate);
  const own = { sequence, deliveries, subject, timestamp: `${sequence}000`, reply: `r${sequence}` };
  loop.receive({ ...own, payload: new Uint8Array(10), epoch: 1 } as unknown as Delivery);
}
const turns = async (): Promise<void> => {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
const answer = async (sequence: number, outcome = emit(sequence)): Promise<void> => {
  answers.get(sequence)?.(outcome);
  await turns();
};
const replies = (as: Settlement['as']): string[] => settled.filter((one) => one.as === as).map(({ reply }) => reply);
/** Lets time pass as the worker's ticker does. */
const pass = async (ms: number): Promise<void> => {
  for (const end = nowMs + ms; nowMs < end; nowMs += 100) {
    loop.tick();
    await turns();
  }
};

describe('a message whose step needs time', () => {
  test('is waited for, while others go on but for those of its subject', async () => {
    receive(1, 'later', { subject: 'a' });
    receive(2, undefined, { subject: 'b' });
    receive(3, undefined, { subject: 'a' });
    await turns();
    expect([published, replies('ack')]).toEqual([['out.2'], ['r2']]);
    await answer(1);
    expect(published).toEqual(['out.2', 'out.1', 'out.3']);
    expect(replies('ack')).toEqual(['r2', 'r1', 'r3']);
  });

  test('keeps its lease', async () => {
    receive(1, 'later');
    await turns();
    await pass(3 * ACK_WAIT_MS);
    expect(replies('working').length).toBeGreaterThan(2);
    await answer(1);
    expect(replies('ack')).toEqual(['r1']);
  });

  test('is neither published nor acked when it is no longer ours', async () => {
    receive(1, 'later');
    receive(2, undefined);
    await turns();
    loop.drop();
    await answer(1);
    expect([published, replies('ack'), loop.inHand, loop.drained]).toEqual([[], [], 0, true]);
  });

  test('of the careful path keeps its group until it is done', async () => {
    receive(1, 'later', { deliveries: 2, subject: 'a' });
    await turns();
    receive(2, undefined, { subject: 'b' });
    await turns();
    expect(executed).toEqual([1]);
    expect(new Journal(new JournalFile(dir), 'r').found).toMatchObject([{ sequence: 1 }]);
    await answer(1);
    await turns();
    expect(executed).toEqual([1, 2]);
    expect(new Journal(new JournalFile(dir), 'r').found).toEqual([]);
  });

  test('is waited for by a drain', async () => {
    receive(1, 'later');
    await turns();
    loop.beginDrain();
    expect([loop.drained, replies('nak')]).toEqual([false, []]);
    await answer(1);
    loop.endDrain();
    expect([loop.drained, replies('ack'), replies('nak')]).toEqual([true, ['r1'], []]);
  });

  test('goes back when a drain can wait no longer', async () => {
    receive(1, 'later');
    await turns();
    loop.beginDrain();
    loop.endDrain();
    expect(replies('nak')).toEqual(['r1']);
    await answer(1);
    expect([published, replies('ack')]).toEqual([[], []]);
  });
});

describe('a message whose step can’t get what it depends on', () => {
  test('is held, spends no attempt, and is executed again until it can', async () => {
    receive(1, 'unavailable');
    receive(2);
    await turns();
    expect([published, loop.inHand, loop.drained]).toEqual([['out.2'], 1, true]);
    await pass(10_000);
    expect(destinations.waiting()).toMatchObject([
      { destination: 'lookup', waiting: { reason: 'LookupUnreachable', code: '503', held: 1 } },
    ]);
    expect(counts.retried).toBeGreaterThan(2);
    fates.delete(1);
    await pass(6_000);
    expect([replies('ack'), destinations.waiting(), counts.deadLettered]).toEqual([['r2', 'r1'], [], 0]);
  });

  test('is left alone for as long as was asked', async () => {
    receive(1, 'later');
    await turns();
    await answer(1, { kind: 'retry', at: 'lookup', reason: 'LookupUnreachable', code: '429', retryAfterMs: 5_000 });
    await pass(4_900);
    expect(executed).toEqual([1]);
    await pass(1_000);
    expect(executed.length).toBeGreaterThan(1);
  });

  test('goes back at the end of a drain', async () => {
    receive(1, 'unavailable');
    await turns();
    loop.beginDrain();
    loop.endDrain();
    expect(replies('nak')).toEqual(['r1']);
  });

  test('is no longer held when its lease was lost', async () => {
    receive(1, 'unavailable');
    await turns();
    loop.drop();
    await pass(1_000);
    expect([executed, destinations.held().most]).toEqual([[1], 0]);
  });
});
