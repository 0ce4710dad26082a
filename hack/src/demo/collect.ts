import { isDeepStrictEqual } from 'node:util';
import { type Broker } from '../platform/broker.ts';
import { type Result } from './expected.ts';

/** How what lies in a stream compares with what must lie there. */
export type Comparison = { found: number; missing: number; doubled: number; wrong: number };

/** Reads the results after `sequence` under one prefix and compares each, by its id, with the one expected. */
export async function compareResults(
  broker: Broker,
  stream: string,
  sequence: number,
  prefix: 'delays' | 'alerts',
  expected: ReadonlyMap<string, Result>,
): Promise<Comparison> {
  const seen = new Set<string>();
  const comparison = { found: 0, missing: 0, doubled: 0, wrong: 0 };
  for await (const message of broker.readAfter(stream, sequence, [`${prefix}.>`])) {
    const event = message.json<{ id: string }>();
    const wanted = expected.get(event.id);
    if (seen.has(event.id)) comparison.doubled += 1;
    else if (wanted?.subject !== message.subject || !isDeepStrictEqual(event, wanted.event)) comparison.wrong += 1;
    else comparison.found += 1;
    seen.add(event.id);
  }
  for (const id of expected.keys()) if (!seen.has(id)) comparison.missing += 1;
  return comparison;
}

/** Dead letters after `sequence`, counted by the reason in their headers. */
export async function countDeadLetters(
  broker: Broker,
  stream: string,
  sequence: number,
  subject: string,
): Promise<Map<string, number>> {
  const reasons = new Map<string, number>();
  for await (const message of broker.readAfter(stream, sequence, [subject])) {
    const reason = message.headers?.get('Streamjobs-Reason') ?? 'unknown';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return reasons;
}
