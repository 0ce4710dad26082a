import { nameOf, type Case } from '../cases.ts';
import { CONTESTANTS, kill, type ContestantName } from '../contestants.ts';
import { TARGET } from '../job.ts';
import { openBenchScene, type BenchScene } from '../scene.ts';
import { type Context } from './context.ts';
import { ownWork } from './own-work.ts';
import { sampleOf, type Sample, type Window } from './sample.ts';

/** All that was measured of one case, round by round. */
export type CaseResult = {
  readonly name: string;
  readonly samples: Readonly<Record<ContestantName, readonly Sample[]>>;
  /** CPU microseconds of the job's own parse, map and stringify for one message. */
  readonly ownUs: readonly number[];
};

/** Of the worker and of raw passthrough: what is selected is settled later than what is not. */
const CREDIT = 4000;

/** Every contestant on every case in every round, in turns, so that a slower minute of the machine slows them all. */
export async function throughput(cases: readonly Case[], context: Context): Promise<CaseResult[]> {
  const [first] = cases;
  if (first === undefined) return [];
  const title = `throughput${first.sync === 'always' ? ' with fsync' : ''}`;
  return context.progress.step(title, async (update) => {
    const scene = await openBenchScene(first);
    try {
      const results = cases.map((each) => ({ name: nameOf(each), samples: emptySamples(), ownUs: [] as number[] }));
      const turns = turnsOf(cases, context.rounds);
      for (const [done, turn] of turns.entries()) {
        const result = results[turn.index]!;
        update({ fraction: done / turns.length, note: `round ${turn.round}, ${result.name}, ${turn.contestant}` });
        result.samples[turn.contestant].push(await measure(scene, turn, context));
        if (turn.contestant === 'worker') result.ownUs.push(await ownWork(turn.case, context));
      }
      return results;
    } finally {
      await scene.end();
    }
  });
}

type Turn = {
  readonly round: number;
  readonly index: number;
  readonly case: Case;
  readonly contestant: ContestantName;
};

/** Who begins changes from round to round. */
function turnsOf(cases: readonly Case[], rounds: number): Turn[] {
  return Array.from({ length: rounds }, (_, round) =>
    cases.flatMap((each, index) =>
      CONTESTANTS.map((_name, place) => {
        const contestant = CONTESTANTS[(place + round) % CONTESTANTS.length]!;
        return { round: round + 1, index, case: each, contestant };
      }),
    ),
  ).flat();
}

async function measure(scene: BenchScene, turn: Turn, { stable, quick }: Context): Promise<Sample> {
  const { contestant, case: each } = turn;
  const { percent } = each;
  const window = planOf(each, contestant, quick);
  const stream = await scene.source(each.sizeBytes, window.total);
  await scene.freshTarget();
  await (contestant === 'worker' ? scene.removeConsumer(stream) : scene.freshConsumer(stream));
  const child = await stable.start(contestant, { url: scene.server.url, stream, percent });
  try {
    const sampled = await sampleOf([child], scene.server.pid(), () => scene.settled(stream), window);
    await checkResults(scene, stream, turn);
    return sampled;
  } finally {
    await kill(child);
  }
}

/** A contestant that is fast because it does something else must not count. */
async function checkResults(scene: BenchScene, stream: string, { contestant, case: { percent } }: Turn): Promise<void> {
  const settled = await scene.settled(stream);
  const results = await scene.broker.messages(TARGET);
  const onTheirWay = contestant === 'naive' ? 0 : CREDIT;
  const expected = Math.floor(settled / 100) * percent - onTheirWay;
  if (results < expected) throw new Error(`${contestant} settled ${settled} messages with ${results} results only`);
}

function planOf({ sizeBytes, sync }: Case, contestant: ContestantName, quick: boolean): Window {
  // A server that waits for the disk confirms in bursts: a window has to hold several.
  if (sync === 'always') return { total: 100_000, warmUp: 200, durationMs: quick ? 4000 : 6000 };
  const durationMs = quick ? 1000 : 2000;
  const total = sizeBytes >= 10_000 ? 30_000 : 240_000;
  if (contestant === 'naive') return { total, warmUp: 1000, durationMs };
  return { total, warmUp: sizeBytes >= 10_000 ? 6000 : 40_000, durationMs };
}

function emptySamples(): Record<ContestantName, Sample[]> {
  return { naive: [], worker: [], raw: [] };
}
