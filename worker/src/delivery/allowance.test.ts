import { expect, test } from '@jest/globals';
import { allowance, type Occupancy } from './allowance.ts';

const credit = { messages: 4000, bytes: 1_000_000 };
const idle: Occupancy = {
  inHand: 0,
  inHandBytes: 0,
  asked: 0,
  askedBytes: 0,
  held: 0,
  heldBytes: 0,
  outage: false,
  fresh: 0,
  careful: false,
};

test.each<[name: string, change: Partial<Occupancy>, messages: number]>([
  ['everything when idle', {}, 4000],
  ['nothing while less than a quarter is free and an ask is out', { inHand: 2000, asked: 1500 }, 0],
  ['what is free when no ask is out', { inHand: 3999 }, 1],
  ['a quarter that became free', { inHand: 2000, asked: 1000 }, 1000],
  ['nothing when messages fill the credit', { inHand: 4000 }, 0],
  ['nothing when bytes fill the credit', { inHand: 1, inHandBytes: 1_000_000 }, 0],
  [
    'nothing when the bytes that may come fill the credit',
    { inHand: 1, inHandBytes: 9, asked: 9, askedBytes: 999_991 },
    0,
  ],
  ['nothing for few bytes beside another ask', { inHand: 9, inHandBytes: 500_000, asked: 9, askedBytes: 450_000 }, 0],
  ['what is free for few bytes when no ask is out', { inHand: 9, inHandBytes: 990_000 }, 3991],
  ['as usual while a sink holds less than half', { inHand: 1999, held: 1999 }, 2001],
  ['nothing when a sink holds half', { inHand: 2000, held: 2000 }, 0],
  ['nothing when a sink holds half of the bytes', { inHand: 2, inHandBytes: 600_000, held: 2, heldBytes: 600_000 }, 0],
  ['what an outage may still hold', { inHand: 1500, held: 1500, asked: 100, outage: true }, 400],
  ['nothing more than an outage may hold', { inHand: 1500, held: 1500, asked: 500, outage: true }, 0],
  ['one message for each answered probe then', { inHand: 2000, held: 2000, outage: true, fresh: 3 }, 3],
  ['no more while those are out', { inHand: 2000, held: 2000, outage: true, fresh: 3, asked: 3 }, 0],
  ['few in the careful path', { careful: true }, 64],
  ['nothing more in the careful path', { careful: true, inHand: 50, asked: 14 }, 0],
  ['few in the careful path however much is held', { careful: true, inHand: 1010, held: 1000 }, 54],
])('asks for %s', (_name, change, messages) => {
  expect(allowance(credit, { ...idle, ...change }).messages).toBe(messages);
});
