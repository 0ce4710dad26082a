/** The job that all contestants do: keep some events, add a field, send them to a subject made of another field. */
export const SOURCE = 'IN';
export const TARGET = 'OUT';
const LEG_BYTES = 90;

type Event = { readonly delay: number; readonly origin: string };
export type Result = { readonly subject: string; readonly text: string };

/** Event `index`, as JSON of exactly so many bytes; of a hundred in a row each has another delay from 0 to 99. */
export function eventText(index: number, sizeBytes: number): string {
  const event = {
    id: index,
    date: '2001-01-01T00:47:00Z',
    delay: index % 100,
    distance: 1750,
    origin: 'DTW',
    destination: 'LAS',
    legs: Array.from({ length: Math.max(0, Math.floor((sizeBytes - 400) / LEG_BYTES)) }, leg),
    note: '',
  };
  const padding = sizeBytes - JSON.stringify(event).length;
  return JSON.stringify({ ...event, note: 'x'.repeat(Math.max(0, padding)) });
}

function leg(_: unknown, index: number): object {
  return {
    flight: `NW${1000 + index}`,
    origin: 'DTW',
    destination: 'MSP',
    delay: index % 60,
    minutes: 61.5,
    gate: 'B7',
  };
}

/** The same as the manifest, in JavaScript. */
export function applyJob(text: string, percent: number): Result | undefined {
  const event = JSON.parse(text) as Event;
  if (!(event.delay < percent)) return undefined;
  return { subject: `out.${event.origin}`, text: JSON.stringify({ ...event, hours: event.delay / 60 }) };
}

export function jobManifest(percent: number, stream: string = SOURCE): object {
  return {
    apiVersion: 'streamjobs.dev/v1alpha1',
    kind: 'StreamJob',
    metadata: { name: 'test', namespace: 'test' },
    spec: {
      source: { format: 'Json', jetstream: { stream, startFrom: { policy: 'All' } } },
      steps: [
        { name: 'some', filter: { expression: `event.delay < ${percent}` } },
        { name: 'shape', map: { set: { hours: 'event.delay / 60.0' } } },
      ],
      sinks: [{ name: 'out', jetstream: { subject: 'out.${event.origin}' } }],
    },
  };
}
