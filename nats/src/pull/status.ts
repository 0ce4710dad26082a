import { type StatusLine } from '../messages/headers.ts';
import { type AskEnd } from './contract.ts';

export type StatusMeaning = 'alive' | AskEnd;

/** Words of a 409, which has no code of its own; lower case. */
const CONFLICTS: readonly (readonly [word: string, meaning: AskEnd])[] = [
  ['message size exceeds maxbytes', 'bytes-used'],
  ['batch completed', 'expired'],
  ['consumer deleted', 'consumer-missing'],
  ['stream deleted', 'consumer-missing'],
  ['leadership change', 'leader-changed'],
  ['server shutdown', 'server-shutdown'],
];

/** What the server's word means for the ask it was sent to. */
export function meaningOf({ code, text }: StatusLine): StatusMeaning {
  if (code === 100) return 'alive';
  if (code === 404 || code === 408) return 'expired';
  if (code === 503) return 'no-responders';
  if (code !== 409) return 'refused';
  const lower = text.toLowerCase();
  return CONFLICTS.find(([word]) => lower.includes(word))?.[1] ?? 'refused';
}

/** These come back as soon as one asks again, so the next ask waits. */
const AT_ONCE: ReadonlySet<AskEnd> = new Set<AskEnd>([
  'no-responders',
  'consumer-missing',
  'permission-denied',
  'refused',
  'leader-changed',
  'server-shutdown',
]);

export const comesBackAtOnce = (end: AskEnd): boolean => AT_ONCE.has(end);

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/** How long to wait after so many such ends in a row. */
export const askBackoffMs = (ends: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(ends - 1, 10));
