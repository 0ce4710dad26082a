import type { Nats } from '@streamjob/nats';
import type { Job } from '../../job.ts';
import type { Outcome } from '../../pipeline/index.ts';
import type { Fate } from './fate.ts';
import { feed } from './feed.ts';
import { fateOf, note, type Item } from './item.ts';
import type { ReplayLine } from './line.ts';
import { Tally, type ReplayReport } from './report.ts';
import type { ReplayOptions } from './options.ts';

export type DryRunDeps = ReplayOptions & {
  readonly nats: Pick<Nats, 'scan' | 'streamInfo' | 'getMessage'>;
  readonly job: Pick<Job, 'manifest'>;
  readonly line: Pick<ReplayLine, 'pipeline' | 'identities'>;
};

/** Runs the job over the selected dead letters, and neither emits nor removes anything. */
export async function dryRunDeadLetters(deps: DryRunDeps): Promise<ReplayReport> {
  const { nats, job, line, signal, removeUnwanted, selection, onFate, onProgress } = deps;
  const { steps, sinks } = job.manifest.spec;
  const { pipeline, identities } = line;
  const tally = new Tally(sinks);
  const tell = (letter: Item['letter'] | undefined, fate: Fate): void => {
    tally.add(fate);
    if (letter !== undefined) onFate(letter, fate);
  };
  const chosen = feed({
    nats,
    selection,
    job: { steps, sinks },
    identities,
    signal,
    onPage: (_read, remaining) => {
      onProgress({ done: tally.done, remaining, waiting: [] });
    },
    onSkipped: (letter, why) => {
      tell(letter, { kind: 'skipped', why });
    },
  });
  for await (const { item } of chosen) {
    const [outcome] = pipeline.execute([item.message]);
    if (outcome !== undefined) tell(item.letter, wouldBe(item, note(item, await outcome, sinks), removeUnwanted));
  }
  return tally.report(false);
}

function wouldBe(item: Item, outcome: Outcome, removeUnwanted: boolean): Fate {
  if (outcome.kind === 'retry') return { kind: 'waits', at: outcome.at, code: outcome.code };
  if (outcome.kind === 'dead') item.failures.push({ ...outcome.failure, moved: false });
  if (outcome.kind === 'emit') {
    item.failures.push(...outcome.failures.map((failure) => ({ ...failure, moved: item.sink === undefined })));
  }
  return fateOf(item, removeUnwanted);
}
