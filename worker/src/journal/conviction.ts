import type { Entry, Page } from './page.ts';

/** Deaths with the message alone in hand that convict it: one looks like an eviction or an operator's kill. */
const DEATHS_THAT_CONVICT = 3;
/** A worker that finishes less than this for each conviction is broken itself. */
const FINISHED_PER_CONVICTION = 20;
/** Deaths are remembered for so many messages besides those in hand. */
const MOST_SUSPECTS = 128;

export type Verdict = 'run' | 'convict' | 'defer';

/**
 * What a start finds: whatever was in hand becomes a suspect, and a message that was alone there counts one death more.
 * Another revision begins without the deaths of the last one.
 */
export function afterRestart(page: Page, revision: string): Page {
  if (page.revision !== revision) {
    const entries = page.entries
      .filter((entry) => entry.inHand)
      .map((entry) => ({ ...entry, deaths: 0, inHand: false }));
    return { revision, source: page.source, finished: 0, convicted: 0, entries };
  }
  const alone = page.entries.filter((entry) => entry.inHand).length === 1;
  const entries = page.entries.map((entry) => {
    return entry.inHand ? { ...entry, inHand: false, deaths: entry.deaths + (alone ? 1 : 0) } : entry;
  });
  return { ...page, entries };
}

/** Notes the group that is about to begin; what was in hand before it is settled. */
export function noteGroup(page: Page, group: readonly Omit<Entry, 'deaths' | 'inHand'>[]): Page {
  const deaths = new Map(page.entries.map((entry) => [keyOf(entry), entry.deaths]));
  const noted = group.map((message) => ({ ...message, deaths: deaths.get(keyOf(message)) ?? 0, inHand: true }));
  const keys = new Set(noted.map(keyOf));
  const others = page.entries.filter((entry) => !entry.inHand && !keys.has(keyOf(entry)));
  return { ...page, entries: [...noted, ...others.slice(0, MOST_SUSPECTS)] };
}

/** Forgets a message: it was settled, or it is no longer what was noted. */
export function forget(page: Page, message: Pick<Entry, 'sequence' | 'timestamp'>): Page {
  return { ...page, entries: page.entries.filter((entry) => keyOf(entry) !== keyOf(message)) };
}

/** Whether a message may run, is dead-lettered unprocessed, or is put off because the worker proved nothing yet. */
export function judge(page: Page, message: Pick<Entry, 'sequence' | 'timestamp'>): Verdict {
  const deaths = page.entries.find((entry) => keyOf(entry) === keyOf(message))?.deaths ?? 0;
  if (deaths < DEATHS_THAT_CONVICT) return 'run';
  return page.finished >= FINISHED_PER_CONVICTION * (page.convicted + 1) ? 'convict' : 'defer';
}

function keyOf({ sequence, timestamp }: Pick<Entry, 'sequence' | 'timestamp'>): string {
  return `${sequence}@${timestamp}`;
}
