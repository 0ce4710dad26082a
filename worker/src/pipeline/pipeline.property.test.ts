import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { executeNow, pipelineOf, type Job } from './testing/compiled-pipeline.ts';
import { sourceMessage } from './testing/source-message.ts';

const JOBS: Record<string, Job> = {
  Json: {
    steps: [
      { name: 'form', validate: { schema: { type: ['object', 'array'] }, onInvalid: 'DeadLetter' } },
      { name: 'keep', filter: { expression: "!has(event.a) || event.a != 'no'", onError: 'DeadLetter' } },
      { name: 'shape', map: { set: { copy: 'event', 'x.y': 'message.sequence' }, remove: ['b'] } },
      { name: 'privacy', redact: { fields: ['copy.c', 'c'], with: 'Hash', keySecretName: 'pii-key' } },
    ],
    sinks: [
      { name: 'all' },
      { name: 'some', when: 'event.a > 1', subject: 'out.${event.a}', headers: { H: '${event.a}' } },
    ],
  },
  'Json, unchanged': { sinks: [{ name: 'all', subject: 'out.${event}' }] },
  Text: { format: 'Text', sinks: [{ name: 'all', subject: 'out.${event}', headers: { H: '${event}' } }] },
  Bytes: { format: 'Bytes', steps: [{ name: 's', map: { set: { raw: 'event' }, remove: [] } }] },
};

const hostile = fc.constantFrom<unknown>(
  '>',
  '*',
  ' ',
  '.',
  '',
  '\r\nX: y',
  '\0',
  '$JS.API',
  'x'.repeat(10_000),
  '\ud800',
  null,
  [],
  {},
);
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .record({ a: fc.oneof(hostile, fc.jsonValue()), b: fc.jsonValue(), c: hostile }, { requiredKeys: [] })
    .map((value) => Buffer.from(JSON.stringify(value))),
  hostile.map((value) => Buffer.from(JSON.stringify(value))),
  hostile.map((value) => Buffer.from(String(value))),
);

/** One token after `out.`, as the server takes it. */
const ONE_TOKEN = /^out\.[^\s.*>\0]+$/;

describe.each(Object.entries(JOBS))('%s', (_name, job) => {
  const pipeline = pipelineOf(job);

  test('whatever the payloads, each has its own outcome, which its neighbours don’t touch', () => {
    fc.assert(
      fc.property(fc.array(payloads, { maxLength: 5 }), (batch) => {
        const messages = batch.map((payload, sequence) => sourceMessage(payload, { sequence }));
        const outcomes = executeNow(pipeline, messages);
        expect(outcomes).toHaveLength(messages.length);
        expect(messages.map((message) => executeNow(pipeline, [message])[0])).toEqual(outcomes);
      }),
      { numRuns: 50 },
    );
  });

  test('no payload makes a subject or a header that the author did not mean', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const [outcome] = executeNow(pipeline, [sourceMessage(payload)]);
        if (outcome?.kind !== 'emit') return;
        for (const { subject, headers } of outcome.emissions) {
          expect(subject).toMatch(ONE_TOKEN);
          for (const [, value] of headers) expect(value).not.toMatch(/[\r\n\0]/);
        }
      }),
    );
  });
});
