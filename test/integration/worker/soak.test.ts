import { expect, jest, test } from '@jest/globals';
import { planRound, type PlanOptions } from '../../soak/plan.ts';
import { playRound } from '../../soak/round.ts';

jest.setTimeout(180_000);

/** What `npm run soak` does twenty times over, once and short; kills and pauses of one thing are in kills.test.ts. */
const rounds: PlanOptions[] = [
  { kind: 'pause-server', seed: 1, workers: 1, messages: 20_000, ackWaitMs: 2000 },
  { kind: 'everything', seed: 2, workers: 2, messages: 30_000, ackWaitMs: 2000 },
];

test.each(rounds)('nothing is lost and nothing is doubled: $kind, workers: $workers', async (options) => {
  expect(await playRound(planRound(options))).toMatchObject({
    lost: 0,
    doubled: 0,
    wrong: 0,
    deadLetters: 0,
    ownDeaths: 0,
    logs: [],
  });
});
