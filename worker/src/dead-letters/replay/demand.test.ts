import { expect, test } from '@jest/globals';
import { Demand } from './demand.ts';

test('gives what was asked for, and no more', async () => {
  const demand = new Demand();
  const { signal } = new AbortController();
  demand.ask(2, 100);
  await demand.room(signal);
  demand.give(10);
  demand.give(10);
  expect(demand.messages).toBe(0);
  const room = demand.room(signal).then(() => 'room');
  expect(await Promise.race([room, Promise.resolve('none')])).toBe('none');
  demand.ask(1, 80);
  expect(await room).toBe('room');
});

test('bytes that are used up end what was asked for', () => {
  const demand = new Demand();
  demand.ask(10, 100);
  demand.give(150);
  expect(demand.messages).toBe(0);
  demand.ask(3, 50);
  expect(demand.messages).toBe(3);
});

test('waiting ends with the signal', async () => {
  const controller = new AbortController();
  const room = new Demand().room(controller.signal);
  controller.abort(new Error('stop'));
  await expect(room).rejects.toThrow('stop');
});
