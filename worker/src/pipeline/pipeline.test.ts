import { describe, expect, test } from '@jest/globals';
import { compiled, executeNow, pipelineOf, type Job } from './testing/compiled-pipeline.ts';
import { sourceMessage } from './testing/source-message.ts';
import { type Outcome, type SourceMessage } from './types.ts';

/** What became of one message, in short. */
function outcomeOf(job: Job, message: SourceMessage, maxPayloadBytes?: number): unknown {
  const [outcome] = executeNow(pipelineOf(job, maxPayloadBytes === undefined ? {} : { maxPayloadBytes }), [message]);
  return outcome === undefined ? undefined : short(outcome);
}

function short(outcome: Outcome): unknown {
  if (outcome.kind === 'dead') return [outcome.failure.at, outcome.failure.reason];
  if (outcome.kind !== 'emit') return outcome;
  return {
    ...Object.fromEntries(outcome.emissions.map(({ subject, payload }) => [subject, String(payload)])),
    ...Object.fromEntries(outcome.failures.map(({ at, reason }) => [at, reason])),
  };
}

const late = { name: 'late', filter: { expression: 'event.delay > 60', onError: 'DeadLetter' as const } };
const hours = { name: 'shape', map: { set: { hours: 'event.delay / 60' }, remove: [] } };
const schema = { name: 'form', validate: { schema: { type: 'object' }, onInvalid: 'Drop' as const } };
const mask = { name: 'privacy', redact: { fields: ['a'], with: 'Mask' as const } };

describe('execute', () => {
  const cases: Record<string, { job: Job; payload: string; outcome: unknown }> = {
    'passes an unchanged payload byte by byte': {
      job: { steps: [schema] },
      payload: ' {"a": 1.0}',
      outcome: { 'out.all': ' {"a": 1.0}' },
    },
    'runs steps in order': {
      job: { steps: [late, hours] },
      payload: '{"delay":90}',
      outcome: { 'out.all': '{"delay":90,"hours":1.5}' },
    },
    filters: { job: { steps: [late, hours] }, payload: '{"delay":9}', outcome: { kind: 'filtered', at: 'late' } },
    drops: { job: { steps: [schema, late] }, payload: '1', outcome: { kind: 'dropped', at: 'form' } },
    'fails at a step': { job: { steps: [hours, late] }, payload: '{}', outcome: ['shape', 'ExpressionFailed'] },
    'fails to decode': { job: {}, payload: '{', outcome: ['source', 'Undecodable'] },
    'emits to every sink that wants it': {
      job: { sinks: [{ name: 'a', when: 'event.n > 1' }, { name: 'b', when: 'event.n > 2' }, { name: 'c' }] },
      payload: '{"n":2}',
      outcome: { 'out.a': '{"n":2}', 'out.c': '{"n":2}' },
    },
    'is unrouted where no sink wants it': {
      job: { sinks: [{ name: 'a', when: 'false' }] },
      payload: '{}',
      outcome: { kind: 'unrouted' },
    },
    'fails at one sink and not at its neighbours': {
      job: {
        sinks: [
          { name: 'a', when: 'event.missing' },
          { name: 'b', subject: 'b.${event.missing}' },
          { name: 'c' },
          { name: 'd', headers: { X: '${event.missing}' } },
        ],
      },
      payload: '{}',
      outcome: { a: 'ExpressionFailed', b: 'ExpressionFailed', 'out.c': '{}', d: 'ExpressionFailed' },
    },
    'routes by what the steps made': {
      job: { steps: [hours], sinks: [{ name: 'a', when: 'event.hours > 1', subject: 'h.${event.hours}' }] },
      payload: '{"delay":120}',
      outcome: { 'h.2': '{"delay":120,"hours":2}' },
    },
    'reads Text': {
      job: { format: 'Text', sinks: [{ name: 'a', when: "event == 'ü'" }] },
      payload: 'ü',
      outcome: { 'out.a': 'ü' },
    },
    'reads Bytes': {
      job: { format: 'Bytes', sinks: [{ name: 'a', when: "event == b'x'" }] },
      payload: 'x',
      outcome: { 'out.a': 'x' },
    },
    'redacts what a map made of a text': {
      job: { format: 'Text', steps: [{ name: 'm', map: { set: { a: 'event' }, remove: [] } }, mask] },
      payload: 'x',
      outcome: { 'out.all': '{"a":"***"}' },
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { job, payload, outcome }) => {
    expect(outcomeOf(job, sourceMessage(payload))).toEqual(outcome);
  });

  test('gives one outcome for each message, in order, and a bad one spoils no other', () => {
    const payloads = ['{"delay":61}', '{"delay":"x"}', '{', '{"delay":1}', '{"delay":62}'];
    const outcomes = executeNow(
      pipelineOf({ steps: [late] }),
      payloads.map((payload) => sourceMessage(payload)),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['emit', 'dead', 'dead', 'filtered', 'emit']);
  });
});

describe('an emission', () => {
  const headersOf = (job: Job, message: SourceMessage) => {
    const [outcome] = executeNow(pipelineOf(job), [message]);
    if (outcome?.kind !== 'emit') throw new Error('nothing was emitted');
    return outcome.emissions.map(({ headers }) => headers.slice(1));
  };
  const headers = [
    ['Nats-Expected-Stream', 'FLIGHTS'],
    ['traceparent', '00-1'],
    ['X-Tenant', 'a'],
  ] as const;

  test('carries an id of its own first, the same every time', () => {
    const job: Job = { sinks: [{ name: 'a' }, { name: 'b' }] };
    const emissions = [1, 2].flatMap((deliveries) =>
      executeNow(pipelineOf(job), [sourceMessage('{}', { deliveries, headers: [['Nats-Msg-Id', 'mine']] })]),
    );
    const ids = emissions
      .flatMap((outcome) => (outcome.kind === 'emit' ? outcome.emissions : []))
      .map(({ id, headers: [first] }) => {
        expect(first).toEqual(['Nats-Msg-Id', id]);
        return id;
      });
    expect(ids).toEqual([ids[0], ids[1], ids[0], ids[1]]);
    expect(new Set(ids).size).toBe(2);
    const identity = pipelineOf(job).identify(sourceMessage('{}'));
    expect(ids.every((id) => id.startsWith(identity))).toBe(true);
  });

  test('passes the message’s headers on, but for the server’s', () => {
    expect(headersOf({}, sourceMessage('{}', { headers }))).toEqual([
      [
        ['traceparent', '00-1'],
        ['X-Tenant', 'a'],
      ],
    ]);
  });

  test('a sink’s own header replaces one of its name; an empty one takes it away', () => {
    const sinks = [
      { name: 'a', headers: { 'x-tenant': 'of-${event.t}', Kind: 'flight' } },
      { name: 'b', headers: { 'X-Tenant': '${event.none}' } },
    ];
    expect(headersOf({ sinks }, sourceMessage('{"t":"b","none":""}', { headers }))).toEqual(
      [
        [
          ['traceparent', '00-1'],
          ['x-tenant', 'of-b'],
          ['Kind', 'flight'],
        ].sort(),
        [['traceparent', '00-1']],
      ].map((list) => expect.arrayContaining(list) as unknown),
    );
    expect(headersOf({ sinks }, sourceMessage('{"t":"b","none":""}', { headers }))[1]).toHaveLength(1);
  });
});

describe('sizes', () => {
  const payload = JSON.stringify({ text: 'x'.repeat(900) });

  test('a result that the server would not take fails at its sink', () => {
    expect(outcomeOf({}, sourceMessage(payload), 1024)).toEqual({ 'out.all': payload });
    expect(outcomeOf({}, sourceMessage(payload), 960)).toEqual({ all: 'TooLarge' });
    const sinks = [{ name: 'a', headers: { H: '${event.text}' } }, { name: 'b' }];
    expect(outcomeOf({ sinks }, sourceMessage(payload), 1024)).toEqual({ a: 'TooLarge', 'out.b': payload });
  });

  test('a subject too long for a protocol line fails at its sink too', () => {
    const subject = `out${'.${event.t}'.repeat(40)}`;
    expect(
      outcomeOf({ sinks: [{ name: 'a', subject }] }, sourceMessage(JSON.stringify({ t: 'x'.repeat(100) }))),
    ).toEqual({
      a: 'ExpressionFailed',
    });
  });
});

test('every problem of a manifest is told at its place', () => {
  const result = compiled({
    format: 'Text',
    steps: [mask, { name: 'f', filter: { expression: 'event.', onError: 'Drop' } }],
    sinks: [{ name: 'a', when: '1 +', subject: 'a.${', headers: { X: '${' } }],
  });
  expect(!result.ok && result.problems.map(({ path }) => path)).toEqual([
    'spec.steps[0].redact',
    'spec.steps[1].filter.expression',
    'spec.sinks[0].when',
    'spec.sinks[0].jetstream.subject',
    'spec.sinks[0].jetstream.headers.X',
  ]);
});
