import { expect, test } from '@jest/globals';
import { createLimiter } from './limiter.ts';

test('runs so many at once, in order, and goes on after failures', async () => {
  const limit = createLimiter(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = (n: number) => async (): Promise<number> => {
    order.push(n);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (n % 3 === 0) throw new Error('fault');
    return n;
  };
  const results = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((n) => limit(work(n))));
  expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true, false, true]);
  expect([order, most, running]).toEqual([[1, 2, 3, 4, 5, 6, 7], 2, 0]);
});
