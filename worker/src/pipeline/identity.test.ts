import { describe, expect, test } from '@jest/globals';
import { identify, sinkTag } from './identity.ts';
import { sourceMessage } from './testing/source-message.ts';

const options = { jobUid: 'uid', streamCreated: '2026-11-23T00:00:00Z', messageId: 'Stored' } as const;
const withId = (id: string) => sourceMessage('{}', { headers: [['Nats-Msg-Id', id]] });
const reference = identify(options)(sourceMessage('{}'));

describe('identify', () => {
  test('tells the place in the stream, in characters that a subject token takes', () => {
    expect(reference).toMatch(/^[A-Za-z0-9_-]{16}-\d+-\d{19}$/);
  });

  test('stays what it is, or results would be stored twice across an upgrade', () => {
    expect(reference).toBe('7Iph_6J2CgqprAwV-7-1763867965123456789');
    expect(sinkTag('all')).toBe('XvXvA2S2');
  });

  const others: Record<string, string> = {
    'another job': identify({ ...options, jobUid: 'other' })(sourceMessage('{}')),
    'a recreated stream': identify({ ...options, streamCreated: '2026-11-24T00:00:00Z' })(sourceMessage('{}')),
    'another sequence': identify(options)(sourceMessage('{}', { sequence: 8 })),
    'a sequence used again': identify(options)(sourceMessage('{}', { timestamp: '1763867965123456790' })),
    'the producer’s id': identify({ ...options, messageId: 'Producer' })(withId('a')),
  };
  test.each(Object.entries(others))('differs for %s', (_name, other) => {
    expect(other).not.toBe(reference);
  });

  const same: Record<string, string> = {
    'another payload': identify(options)(sourceMessage('[]')),
    'another delivery': identify(options)(sourceMessage('{}', { deliveries: 2 })),
    'a producer’s id that is not asked for': identify(options)(withId('a')),
    'no producer’s id': identify({ ...options, messageId: 'Producer' })(sourceMessage('{}')),
    'an empty producer’s id': identify({ ...options, messageId: 'Producer' })(withId('')),
  };
  test.each(Object.entries(same))('is the same for %s', (_name, other) => {
    expect(other).toBe(reference);
  });

  test('a producer’s id names the event wherever it is stored', () => {
    const byProducer = identify({ ...options, messageId: 'Producer' });
    expect(byProducer({ ...withId('a'), sequence: 99, timestamp: '1' })).toBe(byProducer(withId('a')));
    expect(byProducer(withId('b'))).not.toBe(byProducer(withId('a')));
  });
});
