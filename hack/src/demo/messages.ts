import { type Flight } from './flights.ts';

/** One message of the replay, and what must become of it. */
export type FlightMessage = {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly id: string;
  readonly flight: Flight;
  /** The aircraft's registration. The data set has none, so it is made from the row's number: something to redact. */
  readonly tailNumber: string;
  /** How it was damaged on purpose; such a message must end as a dead letter. */
  readonly damage: Damage | undefined;
};

export type Damage = 'cut off' | 'no origin' | 'delay in words' | 'not UTF-8' | 'negative distance';
const DAMAGES: readonly Damage[] = ['cut off', 'no origin', 'delay in words', 'not UTF-8', 'negative distance'];

/** One message in so many is damaged: a handful of the default 200,000. */
const DAMAGED_EVERY = 8_000;
const DAMAGED_OFFSET = 4_321;

/** `run` sets the messages of one replay apart from those of an earlier one. */
export function toMessage(flight: Flight, row: number, run: string): FlightMessage {
  const id = `${run}-${row}`;
  const tailNumber = `N${String(row % 9_973).padStart(5, '0')}`;
  const damage = damageOf(row);
  const payload = encode({ id, ...flight, tailNumber }, damage);
  return { subject: `flights.${flight.origin}`, payload, id, flight, tailNumber, damage };
}

function damageOf(row: number): Damage | undefined {
  if (row % DAMAGED_EVERY !== DAMAGED_OFFSET) return undefined;
  return DAMAGES[Math.floor(row / DAMAGED_EVERY) % DAMAGES.length];
}

function encode(event: Flight & { id: string; tailNumber: string }, damage: Damage | undefined): Uint8Array {
  switch (damage) {
    case undefined:
      return Buffer.from(JSON.stringify(event));
    case 'cut off':
      return Buffer.from(JSON.stringify(event).slice(0, -20));
    case 'no origin':
      return Buffer.from(JSON.stringify({ ...event, origin: undefined }));
    case 'delay in words':
      return Buffer.from(JSON.stringify({ ...event, delay: 'an hour or so' }));
    case 'not UTF-8':
      return Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    case 'negative distance':
      return Buffer.from(JSON.stringify({ ...event, distance: -1 }));
  }
}
