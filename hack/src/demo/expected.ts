import { createHmac } from 'node:crypto';
import { type FlightMessage } from './messages.ts';

/** A result as the example job must emit it; computed here in plain JavaScript, straight from the file. */
export type Result = { readonly subject: string; readonly event: Readonly<Record<string, unknown>> };

export type Expected = {
  published: number;
  filtered: number;
  damaged: number;
  /** What each subject must receive, by prefix and message id. */
  readonly results: { readonly delays: Map<string, Result>; readonly alerts: Map<string, Result> };
};

const LATE_MINUTES = 60;
const ALERT_HOURS = 3;

export function nothingExpected(): Expected {
  return { published: 0, filtered: 0, damaged: 0, results: { delays: new Map(), alerts: new Map() } };
}

/** Adds one message to what is expected; `key` is the one that the job hashes tail numbers with. */
export function expectMessage(expected: Expected, message: FlightMessage, key: Uint8Array): void {
  expected.published += 1;
  if (message.damage !== undefined) {
    expected.damaged += 1;
    return;
  }
  const { id, flight, tailNumber } = message;
  if (flight.delay <= LATE_MINUTES) {
    expected.filtered += 1;
    return;
  }
  const { distance: _, ...kept } = flight;
  const hours = flight.delay / 60;
  const route = `${flight.origin}-${flight.destination}`;
  const event = { id, ...kept, tailNumber: pseudonym(tailNumber, key), hours, route };
  expected.results.delays.set(id, { subject: `delays.${flight.origin}`, event });
  if (hours > ALERT_HOURS) expected.results.alerts.set(id, { subject: `alerts.${flight.origin}`, event });
}

function pseudonym(value: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(value).digest('hex');
}
