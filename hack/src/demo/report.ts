import { type Comparison } from './collect.ts';
import { type Expected } from './expected.ts';
import { format, renderTable, type Row } from './table.ts';

/** What one replay came to. */
export type Outcome = {
  readonly expected: Expected;
  readonly published: number;
  /** Undefined when the workers could not be asked. */
  readonly filtered: number | undefined;
  readonly delays: Comparison;
  readonly alerts: Comparison;
  /** By reason. */
  readonly deadLetters: ReadonlyMap<string, number>;
  /** From the first message published to the last one finished. */
  readonly seconds: number;
};

export function verdict(outcome: Outcome): { text: string; ok: boolean } {
  const rows = rowsOf(outcome);
  const ok = rows.every(({ expected, found }) => expected === found);
  const reasons = [...outcome.deadLetters].map(([reason, count]) => `${reason} ${count}`).join(', ');
  const rate = Math.round(outcome.published / outcome.seconds);
  const lines = [
    renderTable(rows),
    '',
    `dead letters by reason: ${reasons === '' ? 'none' : reasons}`,
    `${format(rate)} messages a second, from the first one published to the last one finished (${outcome.seconds.toFixed(1)} s)`,
    ok ? 'Every result is there, once, and as the file says.' : 'Something differs: see the lines marked ≠.',
  ];
  return { text: lines.join('\n'), ok };
}

function rowsOf({ expected, published, filtered, delays, alerts, deadLetters }: Outcome): Row[] {
  const dead = [...deadLetters.values()].reduce((sum, count) => sum + count, 0);
  const { results } = expected;
  return [
    { what: 'published', expected: expected.published, found: published },
    ...(filtered === undefined ? [] : [{ what: 'filtered out', expected: expected.filtered, found: filtered }]),
    { what: 'emitted to delays.<origin>', expected: results.delays.size, found: delays.found },
    { what: 'emitted to alerts.<origin>', expected: results.alerts.size, found: alerts.found },
    { what: 'dead-lettered', expected: expected.damaged, found: dead },
    { what: 'lost', expected: 0, found: delays.missing + alerts.missing + Math.max(0, expected.damaged - dead) },
    { what: 'doubled', expected: 0, found: delays.doubled + alerts.doubled + Math.max(0, dead - expected.damaged) },
    { what: 'wrong', expected: 0, found: delays.wrong + alerts.wrong },
  ];
}

export function nextSteps(kubeconfig: string): string {
  return `The cluster stays up. Try:
  export KUBECONFIG=${kubeconfig}
  npm run kubectl -- get sj -A                                        its state, lag and age
  npm run kubectl -- describe sj long-delays -n flights               what happened to it
  npm run kubectl -- edit sj long-delays -n flights                   write event.dellay, and see the edit refused while the job runs on
  npm run kubectl -- scale sj/long-delays -n flights --replicas 3     more workers
  npm run kubectl -- delete sj long-delays -n flights                 workers drain, then its consumer goes
  npm start -- --all                                                  3,000,000 flights
  npm run stop                                                        removes everything that this made`;
}
