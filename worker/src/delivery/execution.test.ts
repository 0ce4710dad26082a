import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery } from '@streamjob/nats';
import type { Outcome } from '../pipeline/index.ts';
import { Execution } from './execution.ts';
import { InHand } from './in-hand.ts';

const UNROUTED: Outcome = { kind: 'unrouted' };

let known: number;
let told: number[];
let later: Map<number, (outcome: Outcome) => void>;
let execution: Execution;

const message = (sequence: number, subject: string): InHand =>
  new InHand({ sequence, subject, payload: new Uint8Array(0), deliveries: 1 } as unknown as Delivery, 0);
const onOutcome = ({ sequence }: InHand): void => {
  told.push(sequence);
};

/** Executes messages; those whose sequence is even need time. */
function run(...subjects: readonly (readonly [sequence: number, subject: string])[]): void {
  execution.run(
    subjects.map(([sequence, subject]) => message(sequence, subject)),
    onOutcome,
  );
}

async function answer(...sequences: readonly number[]): Promise<void> {
  for (const sequence of sequences) later.get(sequence)?.(UNROUTED);
  await new Promise(setImmediate);
  execution.tell(onOutcome);
}

beforeEach(() => {
  [known, told] = [0, []];
  later = new Map();
  const execute = (batch: readonly { sequence: number }[]) =>
    batch.map(({ sequence }) =>
      sequence % 2 === 1 ? UNROUTED : new Promise<Outcome>((resolve) => later.set(sequence, resolve)),
    );
  execution = new Execution({ execute }, () => (known += 1));
});

describe('outcomes', () => {
  test('that are known are told at once', () => {
    run([1, 'a'], [3, 'a'], [5, 'b']);
    expect([told, execution.waiting, known]).toEqual([[1, 3, 5], 0, 0]);
  });

  test('that need time are told when they come; nobody of another subject waits for them', async () => {
    run([2, 'a'], [3, 'b'], [4, 'c'], [5, 'd']);
    expect([told, execution.waiting]).toEqual([[3, 5], 2]);
    await answer(4);
    await answer(2);
    expect([told, execution.waiting, known]).toEqual([[3, 5, 4, 2], 0, 2]);
  });

  test('of one subject keep their order, also across batches', async () => {
    run([2, 'a'], [3, 'a'], [4, 'a']);
    run([5, 'a'], [7, 'b']);
    expect(told).toEqual([7]);
    await answer(4);
    expect([told, known]).toEqual([[7], 0]);
    await answer(2);
    expect([told, execution.waiting]).toEqual([[7, 2, 3, 4, 5], 0]);
    run([9, 'a']);
    expect(told.at(-1)).toBe(9);
  });

  test('let go as far as they are known', async () => {
    run([2, 'a'], [3, 'a'], [4, 'a'], [5, 'a']);
    await answer(2);
    expect([told, execution.waiting]).toEqual([[2, 3], 2]);
    await answer(4);
    expect(told).toEqual([2, 3, 4, 5]);
  });

  test('of messages that are tried again hold back nobody', async () => {
    const held = { owner: message(2, 'a'), at: 's', failures: 1, attempts: 0, nextMs: 0, flight: 'again' as const };
    execution.runAgain([held], onOutcome);
    run([3, 'a']);
    expect([told, execution.waiting]).toEqual([[3], 1]);
    await answer(2);
    expect([told, execution.waiting]).toEqual([[3, 2], 0]);
  });
});

test('there is room for a thousand, and again when they are told', async () => {
  run(...Array.from({ length: 1000 }, (_, index) => [index * 2 + 2, `s${index}`] as const));
  expect(execution.hasRoom).toBe(false);
  await answer(2);
  expect(execution.hasRoom).toBe(true);
});
