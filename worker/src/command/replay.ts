import { dryRunDeadLetters, replayDeadLetters, type DeadLetter, type Fate } from '../dead-letters/index.ts';
import { openHttp } from '../http-options.ts';
import { loadJob, type Job } from '../job.ts';
import type { Session } from './dead-letters.ts';
import type { ReplayCommandOptions } from './dead-letters-options.ts';
import { printable, printableJson } from './printable.ts';
import { fateLine, progressText, reportJson, reportText, succeeded } from './replay-text.ts';

/** Replays what is selected, or tells what would become of it. */
export async function runReplay(options: ReplayCommandOptions, session: Session): Promise<number> {
  const { nats, selection, screen, signal, clock, progress } = session;
  const job = jobOf(options);
  const http = openHttp(options, clock);
  const { dryRun, output } = options;
  const startedMs = clock.monotonicMs();
  const shared = {
    nats,
    job,
    selection,
    signal,
    removeUnwanted: options.removeFiltered,
    onFate: (letter: DeadLetter, fate: Fate) => {
      progress.clear();
      if (output === 'json') screen.out(`${printableJson({ id: letter.id, sequence: letter.sequence, ...fate })}\n`);
      else if (dryRun || output === 'wide' || isWorthALine(fate)) screen.out(fateLine(letter, fate, dryRun));
    },
    onProgress: (now: Parameters<typeof progressText>[0]) => {
      progress.update(() => progressText(now, clock.monotonicMs() - startedMs));
    },
  };
  const report = dryRun
    ? await dryRunDeadLetters(shared)
    : await replayDeadLetters({
        ...shared,
        clock,
        http,
        ...(options.secretsDir !== undefined && { secretsDir: options.secretsDir }),
        ratePerSecond: options.rate,
        onPoison: ({ id }) => {
          progress.clear();
          screen.err(`running ${printable(id)} alone: it killed workers, and may end this replay; delete it then\n`);
        },
      });
  await http.close();
  progress.clear();
  screen.out(output === 'json' ? `${printableJson({ report: reportJson(report) })}\n` : reportText(report, dryRun));
  if (report.interrupted) screen.err('interrupted; run it again to go on\n');
  return succeeded(report) ? 0 : 1;
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
