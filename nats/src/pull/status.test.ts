import { describe, expect, test } from '@jest/globals';
import { askBackoffMs, comesBackAtOnce, meaningOf } from './status.ts';

describe('meaningOf', () => {
  test.each([
    { code: 100, text: 'Idle Heartbeat', meaning: 'alive' },
    { code: 404, text: 'No Messages', meaning: 'expired' },
    { code: 408, text: 'Request Timeout', meaning: 'expired' },
    { code: 409, text: 'Batch Completed', meaning: 'expired' },
    { code: 409, text: 'Message Size Exceeds MaxBytes', meaning: 'bytes-used' },
    { code: 409, text: 'Consumer Deleted', meaning: 'consumer-missing' },
    { code: 409, text: 'Leadership Change', meaning: 'leader-changed' },
    { code: 409, text: 'Server Shutdown', meaning: 'server-shutdown' },
    { code: 409, text: 'Exceeded MaxWaiting', meaning: 'refused' },
    { code: 409, text: 'Consumer is push based', meaning: 'refused' },
    { code: 400, text: 'Bad Request', meaning: 'refused' },
    { code: 503, text: '', meaning: 'no-responders' },
  ])('$code $text is $meaning', ({ code, text, meaning }) => {
    expect(meaningOf({ code, text })).toBe(meaning);
  });
});

test('only what comes back at once is spaced out', () => {
  expect((['expired', 'bytes-used', 'missed-heartbeats', 'disconnected'] as const).some(comesBackAtOnce)).toBe(false);
  expect((['no-responders', 'refused', 'permission-denied', 'consumer-missing'] as const).every(comesBackAtOnce)).toBe(
    true,
  );
});

test('askBackoffMs doubles up to two seconds', () => {
  expect([1, 2, 3, 6, 7, 100].map(askBackoffMs)).toEqual([50, 100, 200, 1600, 2000, 2000]);
});
