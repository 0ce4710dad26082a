import { describe, expect, test } from '@jest/globals';
import type { PublishAnswer } from '@streamjob/nats';
import { classify, classifyDeadLetter } from './classify.ts';

const refused = (code: number, text = ''): PublishAnswer => ({ kind: 'refused', code, status: 400, text });

describe('the answer to a result', () => {
  const cases: [name: string, answer: PublishAnswer, verdict: object][] = [
    ['stored', { kind: 'stored', stream: 'S', sequence: 1, duplicate: false }, { kind: 'stored', duplicate: false }],
    ['message too large for the stream', refused(10054), { kind: 'own', reason: 'SinkRefused' }],
    ['headers too large', refused(10097), { kind: 'own', reason: 'SinkRefused' }],
    ['full for this subject', refused(10077, 'maximum messages per subject exceeded'), { kind: 'own' }],
    ['full of messages', refused(10077, 'maximum messages exceeded'), { kind: 'destination', code: '10077' }],
    ['full of bytes', refused(10077, 'maximum bytes exceeded'), { kind: 'destination', reason: 'SinkRefuses' }],
    ['storing failed otherwise', refused(10077, 'write: input/output error'), { kind: 'transient' }],
    ['no resources', refused(10023), { kind: 'destination', reason: 'SinkRefuses', code: '10023' }],
    ['no storage', refused(10047), { kind: 'destination', code: '10047' }],
    ['10158', refused(10158), { kind: 'destination' }],
    ['too many requests', refused(10167), { kind: 'destination' }],
    ['a code of tomorrow', refused(19999), { kind: 'destination', reason: 'SinkRefuses', code: '19999' }],
    ['no responders', { kind: 'no-responders' }, { kind: 'destination', reason: 'SinkUnreachable' }],
    ['no answer', { kind: 'timeout' }, { kind: 'destination', reason: 'SinkUnreachable' }],
    ['connection lost', { kind: 'disconnected' }, { kind: 'destination', reason: 'BrokerUnreachable' }],
    ['no permission', { kind: 'permission', subject: 'a.b' }, { kind: 'destination', reason: 'PermissionDenied' }],
    ['no such subject', { kind: 'invalid', part: 'subject' }, { kind: 'own', reason: 'SinkRefused' }],
    ['over max_payload', { kind: 'too-large', size: 2, limit: 1 }, { kind: 'own', reason: 'TooLarge' }],
  ];
  test.each(cases)('%s', (_name, answer, verdict) => {
    expect(classify(answer)).toMatchObject(verdict);
  });
});

describe('the answer to a dead letter', () => {
  const cases: [name: string, answer: PublishAnswer, verdict: object][] = [
    ['one that is there counts as stored', refused(10071), { kind: 'stored' }],
    ['a full stream is never its own', refused(10077, 'maximum bytes exceeded'), { kind: 'destination' }],
    ['storing failed', refused(10077, 'write: input/output error'), { kind: 'destination', code: '10077' }],
    ['too large', refused(10054), { kind: 'own' }],
  ];
  test.each(cases)('%s', (_name, answer, verdict) => {
    expect(classifyDeadLetter(answer)).toMatchObject(verdict);
  });
});
