import type { DeadLetter } from '../letter.ts';

/** A dead letter of step `late`, for tests. */
export function letter(change: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: 'QkC0w6y1vT8xJr2nLm4pZA',
    sequence: 12,
    timestampNs: 1_763_867_965_123_456_789n,
    namespace: 'flights',
    job: 'long-delays',
    jobUid: 'uid',
    revision: 'r1',
    step: 'late',
    reason: 'ExpressionFailed',
    error: 'no such field',
    source: {
      stream: 'FLIGHTS',
      subject: 'flights.SEA',
      sequence: 7,
      timestamp: '1763867960000000000',
      created: '2026-11-23T00:00:00Z',
    },
    deliveries: 1,
    payloadBytes: 291,
    payloadOmitted: false,
    headersOmitted: false,
    ...change,
  };
}
