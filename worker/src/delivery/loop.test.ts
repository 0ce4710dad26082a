import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery, Publication, Settlement } from '@streamjob/nats';
import { createCounts, type Counts } from '../health/counts.ts';
import { Journal, JournalFile } from '../journal/index.ts';
import type { SourceMessage } from '../pipeline/index.ts';
import type { Sink } from '../sinks/sink.ts';
import type { Verdict } from './classify.ts';
import { Destinations } from './destinations.ts';
import { Loop } from './loop.ts';

const ACK_WAIT_MS = 1000;
const STORED: Verdict = { kind: 'stored', duplicate: false };

type Sent = { readonly subject: string; answer(verdict: Verdict): void };

let dir: string;
let nowMs: number;
let counts: Counts;
let executed: number[][];
let sent: Sent[];
let settled: Settlement[];
let asked: number;
let standstills: number;
let congested: boolean;
let loop: Loop;

const sink: Sink = {
  publish: (batch: readonly Publication[], onVerdict) => {
    for (const [index, { subject }] of batch.entries()) {
      sent.push({
        subject,
        answer: (verdict) => {
          onVerdict(index, verdict);
        },
      });
    }
  },
};

/** Sends each message to one sink, but for the ones whose subject says what else becomes of them. */
const pipeline = {
  execute: (batch: readonly SourceMessage[]) => {
    executed.push(batch.map(({ sequence }) => sequence));
    return batch.map(({ subject, sequence }) => {
      if (subject === 'filtered') return { kind: 'filtered', at: 'f' } as const;
      const failure = { at: 'step', reason: 'Invalid', error: 'e' } as const;
      if (subject === 'dead') return { kind: 'dead', failure } as const;
      const emission = { sink: 0, subject: `out.${sequence}`, headers: [], payload: new Uint8Array(0), id: '' };
      return { kind: 'emit', emissions: [emission], failures: [] } as const;
    });
  },
};

function createLoop(journal: Journal): Loop {
  return new Loop({
    pipeline,
    sinks: [sink, sink],
    destinations: new Destinations([{ name: 'out', retry: { maxAttempts: 5, initialMs: 1000, maxMs: 60_000 } }]),
    journal,
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    counts,
    credit: { messages: 1000, bytes: 1e9 },
    ackWaitMs: ACK_WAIT_MS,
    settle: (items) => {
      settled.push(...items);
      return true;
    },
    request: (messages) => {
      asked += messages;
    },
    asked: () => asked,
    askedBytes: () => 0,
    congested: () => congested,
    onStandstill: () => {
      standstills += 1;
    },
    buildDeadLetter: (_message, failure) => ({ subject: `dead.${failure.reason}`, payload: new Uint8Array(0) }),
  });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'loop-'));
  [nowMs, counts, executed, sent, settled, asked, standstills] = [0, createCounts(), [], [], [], 0, 0];
  congested = false;
  loop = createLoop(new Journal(new JournalFile(dir), 'r'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const receive = (sequence: number, { deliveries = 1, subject = 'src' } = {}): void => {
  const timestamp = `${sequence}000`;
  const delivery = {
    sequence,
    deliveries,
    subject,
    timestamp,
    reply: `r${sequence}`,
    payload: new Uint8Array(10),
    epoch: 1,
  };
  loop.receive(delivery as unknown as Delivery);
};
/** Lets the loop take its turns. */
const turns = async (count = 3): Promise<void> => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
const answerAll = async (verdict: Verdict = STORED): Promise<void> => {
  for (const one of sent.splice(0)) one.answer(verdict);
  await turns();
};
const replies = (as: Settlement['as']): string[] => settled.filter((one) => one.as === as).map(({ reply }) => reply);

describe('a message', () => {
  test('is acked after its result was stored, and not before', async () => {
    receive(1);
    await turns();
    expect([sent.length, replies('ack')]).toEqual([1, []]);
    await answerAll();
    expect(replies('ack')).toEqual(['r1']);
    expect(counts).toMatchObject({ received: 1, emitted: 1, finished: 1 });
  });

  test('is not begun while more is written than the connection takes; what is in flight goes on', async () => {
    receive(1);
    await turns();
    congested = true;
    receive(2);
    await turns();
    expect(executed).toEqual([[1]]);
    await answerAll();
    expect(replies('ack')).toEqual(['r1']);
    congested = false;
    loop.tick();
    expect(executed).toEqual([[1], [2]]);
  });

  test('without a result is acked at once', async () => {
    receive(1, { subject: 'filtered' });
    await turns();
    expect(replies('ack')).toEqual(['r1']);
    expect(counts).toMatchObject({ filtered: 1, finished: 1 });
  });

  test('that failed is acked after its dead letter was stored', async () => {
    receive(1, { subject: 'dead' });
    await turns();
    expect([sent.map(({ subject }) => subject), replies('ack')]).toEqual([['dead.Invalid'], []]);
    await answerAll();
    expect(replies('ack')).toEqual(['r1']);
    expect(counts).toMatchObject({ deadLettered: 1, failed: 1, emitted: 0 });
  });

  test('that its sink refuses for good becomes a dead letter', async () => {
    receive(1);
    await turns();
    await answerAll({ kind: 'own', reason: 'SinkRefused', error: 'e' });
    expect(sent.map(({ subject }) => subject)).toEqual(['dead.SinkRefused']);
    await answerAll();
    expect(replies('ack')).toEqual(['r1']);
  });

  test('that its sink does not take now is held and sent again, and keeps its lease', async () => {
    receive(1);
    await turns();
    await answerAll({ kind: 'destination', reason: 'SinkUnreachable', code: 'NoResponders' });
    expect([sent.length, loop.inHand]).toEqual([0, 1]);
    for (nowMs = 100; nowMs <= 600; nowMs += 100) loop.tick();
    expect(replies('working')).toEqual(['r1']);
    expect(sent).toHaveLength(1);
    await answerAll();
    expect(replies('ack')).toEqual(['r1']);
    expect(counts.retried).toBe(1);
  });

  test('whose lease ran out is neither published nor acked', async () => {
    receive(1);
    await turns();
    nowMs += ACK_WAIT_MS + 1;
    await answerAll();
    expect([replies('ack'), counts.lostConfirmations, loop.inHand]).toEqual([[], 1, 0]);
  });
});

describe('redelivered messages', () => {
  test('begin when nothing else is in hand, and nothing begins beside them', async () => {
    receive(1);
    await turns();
    receive(2, { deliveries: 2 });
    receive(3);
    await turns();
    expect(executed).toEqual([[1]]);
    await answerAll();
    expect(executed).toEqual([[1], [2]]);
    await answerAll();
    expect(executed).toEqual([[1], [2], [3]]);
  });

  test('are in the journal while they are in hand', async () => {
    receive(2, { deliveries: 2 });
    await turns();
    expect(new Journal(new JournalFile(dir), 'r').found).toMatchObject([{ sequence: 2, deaths: 1 }]);
  });

  test('are taken out of it when they are settled', async () => {
    receive(2, { deliveries: 2 });
    await turns();
    await answerAll();
    expect(new Journal(new JournalFile(dir), 'r').found).toEqual([]);
  });

  test('that killed three workers alone are put off by a worker that proved nothing, and convicted by one that did', async () => {
    for (let deaths = 0; deaths < 3; deaths += 1) {
      loop = createLoop(new Journal(new JournalFile(dir), 'r'));
      receive(7, { deliveries: 2 + deaths });
      await turns();
    }
    loop = createLoop(new Journal(new JournalFile(dir), 'r'));
    executed = [];
    sent = [];
    receive(7, { deliveries: 5 });
    await turns();
    expect([executed, replies('nak')]).toEqual([[], ['r7']]);
    for (let sequence = 100; sequence < 120; sequence += 1) receive(sequence, { subject: 'filtered' });
    await turns();
    executed = [];
    receive(7, { deliveries: 6 });
    await turns();
    expect([executed, sent.map(({ subject }) => subject)]).toEqual([[], ['dead.CrashedWorker']]);
    await answerAll();
    expect(replies('ack')).toContain('r7');
  });
});

describe('a standstill', () => {
  test('drops what was in hand, and what arrives right after', async () => {
    receive(1);
    await turns();
    nowMs += ACK_WAIT_MS + 1;
    receive(2);
    expect([standstills, loop.inHand]).toEqual([1, 0]);
    await answerAll();
    expect(replies('ack')).toEqual([]);
    receive(3);
    await turns();
    await answerAll();
    expect(replies('ack')).toEqual(['r3']);
  });
});

describe('a drain', () => {
  test('gives back what has not begun, confirms what has, and gives back what is held', async () => {
    receive(1);
    receive(2);
    await turns();
    receive(3);
    loop.beginDrain();
    receive(4);
    expect(replies('nak')).toEqual(['r3', 'r4']);
    expect(loop.drained).toBe(false);
    sent.shift()!.answer(STORED);
    sent.shift()!.answer({ kind: 'destination', reason: 'SinkUnreachable', code: 'NoAnswer' });
    await turns();
    expect(loop.drained).toBe(true);
    loop.endDrain();
    expect([replies('ack'), replies('nak')]).toEqual([['r1'], ['r3', 'r4', 'r2']]);
    expect(loop.inHand).toBe(0);
  });
});

test('after a break, leases count from the last sign of life', async () => {
  receive(1);
  await turns();
  nowMs = 900;
  loop.tick();
  expect(replies('working')).toEqual(['r1']);
  nowMs = 1500;
  loop.wake(1200);
  await answerAll();
  expect([replies('ack'), loop.inHand]).toEqual([[], 0]);
});

test('work that waits is told since when, and none is no lack of progress', async () => {
  nowMs = 100_000;
  loop.tick();
  expect(loop.idleSinceMs).toBeUndefined();
  receive(1);
  expect(loop.idleSinceMs).toBe(100_000);
  nowMs += 10;
  receive(2);
  await turns();
  expect(loop.idleSinceMs).toBe(100_010);
});
