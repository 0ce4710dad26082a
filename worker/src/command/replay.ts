import {
  closeReplayLine,
  dryRunDeadLetters,
  openReplayLine,
  replayDeadLetters,
  type DeadLetter,
  type Fate,
  type ReplayLine,
  type ReplayProgress,
  type ReplayReport,
} from '../dead-letters/index.ts';
import { loadJob, type Job } from '../job.ts';
import type { Session } from './session.ts';
import type { ReplayCommandOptions } from './dead-letters-options.ts';
import { printable, printableJson } from './printable.ts';
import { fateLine, progressText, reportJson, reportText, succeeded } from './replay-text.ts';

/** Replays what is selected, or tells what would become of it. */
export async function runReplay(options: ReplayCommandOptions, session: Session): Promise<number> {
  const { nats, screen, signal, clock, log, progress } = session;
  const job = jobOf(options);
  const line = await openReplayLine({ nats, job, options, clock, log }, signal);
  try {
    const report = await replayed(options, session, job, line);
    progress.clear();
    const json = options.output === 'json';
    screen.out(json ? `${printableJson({ report: reportJson(report) })}\n` : reportText(report, options.dryRun));
    if (report.interrupted) screen.err('interrupted; run it again to go on\n');
    return succeeded(report) ? 0 : 1;
  } finally {
    await closeReplayLine(line);
  }
}

function replayed(options: ReplayCommandOptions, session: Session, job: Job, line: ReplayLine): Promise<ReplayReport> {
  const { nats, selection, screen, signal, clock, progress } = session;
  const { dryRun, output } = options;
  const startedMs = clock.monotonicMs();
  const shared = {
    nats,
    job,
    line,
    selection,
    signal,
    removeUnwanted: options.removeFiltered,
    onFate: (letter: DeadLetter, fate: Fate) => {
      progress.clear();
      if (output === 'json') screen.out(`${printableJson({ id: letter.id, sequence: letter.sequence, ...fate })}\n`);
      else if (dryRun || output === 'wide' || isWorthALine(fate)) screen.out(fateLine(letter, fate, dryRun));
    },
    onProgress: (now: ReplayProgress) => {
      progress.update(() => progressText(now, clock.monotonicMs() - startedMs));
    },
  };
  if (dryRun) return dryRunDeadLetters(shared);
  const onPoison = ({ id }: DeadLetter): void => {
    progress.clear();
    screen.err(`running ${printable(id)} alone: it killed workers, and may end this replay; delete it then\n`);
  };
  return replayDeadLetters({ ...shared, clock, ratePerSecond: options.rate, onPoison });
}

function jobOf({ job, nats, clusterId, secretsDir, modulesDir }: ReplayCommandOptions): Job {
  return loadJob({
    job,
    nats,
    clusterId,
    ...(secretsDir !== undefined && { secretsDir }),
    ...(modulesDir !== undefined && { modulesDir }),
  });
}

/** Without being asked for every one, only what didn't come to its end is told by itself. */
function isWorthALine({ kind }: Fate): boolean {
  return kind === 'failed' || kind === 'skipped' || kind === 'waits';
}
