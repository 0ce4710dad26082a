import { join } from 'node:path';
import { createProgress, ensureBinaries, formatSeconds } from '@streamjob/hack';
import { Command, InvalidArgumentError, Option } from 'commander';
import { bundle } from '../../hack/src/build/bundle.ts';
import { planRound, ROUND_KINDS, type RoundKind, type RoundPlan } from './plan.ts';
import { isGood, playRound, type RoundResult } from './round.ts';

type Options = { rounds: number; messages: number; seed: number; only?: RoundKind; worker?: string };

const ACK_WAIT_MS = 2000;
const MAX_SEED = 1_000_000;

const command = new Command('npm run soak --')
  .description('Kills and pauses workers and servers at random moments, and counts what was lost and what was doubled.')
  .option('--rounds <number>', 'how many rounds', parseCount, 20)
  .option('--messages <number>', 'messages of each round', parseCount, 300_000)
  .option('--seed <number>', 'repeat the moments of an earlier run', parseCount, Math.ceil(Math.random() * MAX_SEED))
  .addOption(new Option('--only <kind>', 'rounds of one kind').choices(ROUND_KINDS))
  .option('--worker <folder>', 'run the bundle in this folder instead of building one')
  .parse();
const { rounds, messages, seed, only, worker } = command.opts<Options>();

const progress = createProgress();
await ensureBinaries(['nats-server'], progress);
const program = join(worker ?? (await bundle('worker')).dir, 'main.mjs');
print(`${rounds} rounds of ${messages.toLocaleString('en-US')} messages, --seed ${seed}`);
let bad = 0;
for (let round = 0; round < rounds; round += 1) if (!isGood(await play(round))) bad += 1;
print(bad === 0 ? `0 lost, 0 doubled in ${rounds} rounds` : `${bad} of ${rounds} rounds were bad, see above`);
process.exitCode = bad === 0 ? 0 : 1;

async function play(round: number): Promise<RoundResult> {
  const plan = planOf(round);
  const title = `${round + 1}. ${plan.kind}, ${plan.workers === 1 ? '1 worker' : `${plan.workers} workers`}`;
  const result = await progress.step(title, (update) =>
    playRound(
      plan,
      (share) => {
        update({ fraction: share, note: `${Math.round(share * 100)} % stored` });
      },
      program,
    ),
  );
  print(`${isGood(result) ? 'good' : 'BAD '} ${title}: ${told(result, plan)}`);
  for (const log of result.logs) print(log);
  return result;
}

/** Kinds take turns; every second turn of a kind has two workers. */
function planOf(round: number): RoundPlan {
  const kind = only ?? ROUND_KINDS[round % ROUND_KINDS.length]!;
  const turn = only === undefined ? Math.floor(round / ROUND_KINDS.length) : round;
  return planRound({ kind, seed: seed + round, workers: 1 + (turn % 2), messages, ackWaitMs: ACK_WAIT_MS });
}

function told(result: RoundResult, { faults }: RoundPlan): string {
  const { expected, lost, doubled, wrong, deadLetters, ownDeaths, seconds, examples } = result;
  const counts = `${lost} lost, ${doubled} doubled, ${wrong} wrong of ${expected}, ${deadLetters} dead letters`;
  const deaths = ownDeaths === 0 ? '' : `, ${ownDeaths} workers ended by themselves`;
  const shown = examples.length === 0 ? '' : `, such as ids ${examples.join(', ')}`;
  return `${counts}${deaths}; ${faults.length} faults in ${formatSeconds(seconds)}${shown}`;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
