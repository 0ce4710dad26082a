import type { DeadLetter, FailedAgain, Fate, ReplayProgress, ReplayReport, Skipped } from '../dead-letters/index.ts';
import { printable } from './printable.ts';
import { formatCount, renderTable } from './table.ts';

const SKIPPED: Readonly<Record<Skipped, string>> = {
  SourceGone: 'what it leaves out is no longer in the source stream',
  SinkGone: 'the sink that failed is not in the manifest',
  PlaceUnknown: 'what failed is not in the manifest, and it does not tell whether that was a step or a sink',
  NotADeadLetter: 'a message that is no dead letter',
  Unfinished: 'the replay ended before it',
};

const ID_WIDTH = 22;

/** One line for one dead letter. */
export function fateLine({ id }: DeadLetter, fate: Fate, dryRun: boolean): string {
  return `${printable(id).padEnd(ID_WIDTH)}  ${printable(describe(fate, dryRun))}\n`;
}

function describe(fate: Fate, dryRun: boolean): string {
  switch (fate.kind) {
    case 'replayed':
      return `${dryRun ? 'would be emitted' : 'emitted'} to ${fate.sinks.join(', ')}`;
    case 'unwanted':
      return `${fate.how}${fate.at === undefined ? '' : ` at ${fate.at}`}; ${unwantedThen(fate.removed, dryRun)}`;
    case 'failed':
      return fate.failures.map((failure) => failedAgain(failure, dryRun)).join('; ');
    case 'waits':
      return `would wait at ${fate.at}, which answers ${fate.code}`;
    case 'skipped':
      return `skipped, stays: ${SKIPPED[fate.why]}`;
  }
}

function unwantedThen(removed: boolean, dryRun: boolean): string {
  if (!removed) return 'stays';
  return dryRun ? 'would be removed' : 'removed';
}

function failedAgain({ at, reason, error, moved }: FailedAgain, dryRun: boolean): string {
  const where = moved ? `becomes a dead letter of ${at} alone` : 'stays';
  return `${dryRun ? 'would fail again' : 'failed again'} at ${at}: ${reason}: ${error}; ${where}`;
}

/** What a replay did, for people. */
export function reportText(report: ReplayReport, dryRun: boolean): string {
  const rows: string[][] = [['OUTCOME', 'COUNT', '']];
  const add = (name: string, count: number, note = ''): void => {
    if (count > 0) rows.push([name, formatCount(count), note]);
  };
  rows.push([
    dryRun ? 'would be replayed' : 'replayed',
    formatCount(report.replayed),
    dryRun ? '' : 'confirmed, and removed',
  ]);
  for (const [sink, { confirmed, duplicates }] of report.sinks) {
    add(
      `  to ${sink}`,
      confirmed,
      duplicates > 0 ? `results, ${formatCount(duplicates)} of them stored before` : 'results',
    );
  }
  const kept = report.unwantedRemoved > 0 ? 'removed' : 'stay; --remove-filtered removes them';
  for (const [how, count] of report.unwanted) add(how, count, kept);
  for (const [reason, count] of report.failed) add(`failed again: ${reason}`, count, 'stay');
  add('  of these moved', report.moved, 'each to a dead letter of the sink that failed');
  add('would wait', report.waits, 'for what a step depends on');
  for (const [why, count] of report.skipped) add(`skipped: ${why}`, count, SKIPPED[why]);
  add('removed by others', report.removedElsewhere, 'while this replay had them in hand');
  return renderTable(rows.map((row) => row.map(printable)));
}

/** What a replay did, as JSON tells it. */
export function reportJson(report: ReplayReport): object {
  const { sinks, unwanted, failed, skipped, ...rest } = report;
  const objects = { sinks, unwanted, failed, skipped };
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(objects).map(([name, map]) => [name, Object.fromEntries<unknown>(map)])),
  };
}

/** Whether everything that was asked for was done. */
export function succeeded({ failed, skipped, waits, interrupted }: ReplayReport): boolean {
  return failed.size + skipped.size + waits === 0 && !interrupted;
}

export function progressText({ done, remaining, waiting }: ReplayProgress, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? Math.round((done * 1_000) / elapsedMs) : 0;
  const waits = waiting.map(
    ({ name, reason, code, held }) => `${name} takes nothing: ${reason} ${code} (${held} held)`,
  );
  return printable(
    [`${formatCount(done)} done, ${formatCount(remaining)} or more to go, ${formatCount(rate)}/s`, ...waits].join('; '),
  );
}
