import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@streamjob/telemetry';
import { createFakeClock, settle, type FakeClock } from '../../runtime/testing/fake-clock.ts';
import { type KubeApi } from '../api.ts';
import { ForbiddenError, NotFoundError, unreachable } from '../errors.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { EventRecorder } from './event-recorder.ts';
import { type EventRecord } from './recorder.ts';

const regarding = {
  apiVersion: 'streamjobs.dev/v1alpha1',
  kind: 'StreamJob',
  namespace: 'ns',
  name: 'late',
  uid: 'u1',
};
const event = (more: Partial<EventRecord> = {}): EventRecord => ({
  regarding,
  type: 'Warning',
  reason: 'StreamNotFound',
  action: 'Observe',
  note: 'no stream FLIGHTS',
  ...more,
});

type Body = { note?: string; series?: { count: number; lastObservedTime: string }; eventTime?: string };
type Write = { kind: 'create' | 'patch'; body: Body };
let clock: FakeClock;
let writes: Write[];
let failures: (Error | undefined)[];
let recorder: EventRecorder;
let stop: AbortController;
let ended: Promise<void>;

beforeEach(() => {
  clock = createFakeClock();
  writes = [];
  failures = [];
  const write = (kind: Write['kind'], body: object): Promise<object> => {
    const failure = failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    writes.push({ kind, body });
    return Promise.resolve(body);
  };
  const api = {
    ...createFakeApi().api,
    create: (_resource: unknown, body: object) => write('create', body),
    mergePatch: (_resource: unknown, _ref: unknown, body: object) => write('patch', body),
  } as unknown as KubeApi;
  recorder = new EventRecorder({ api, reporter: { controller: 'c', instance: 'i' }, clock, log: silentLogger });
  stop = new AbortController();
  ended = recorder.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await clock.advance(10_000);
  await ended;
});

const counts = (): (number | undefined)[] => writes.map(({ body }) => body.series?.count);

describe('event recorder', () => {
  test('writes an event as events.k8s.io/v1 wants it', async () => {
    recorder.record(event());
    await settle();
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatchObject({
      kind: 'create',
      body: {
        apiVersion: 'events.k8s.io/v1',
        metadata: { namespace: 'ns', name: expect.stringMatching(/^late\.[0-9a-f]{16}$/) as unknown },
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'c',
        reportingInstance: 'i',
        type: 'Warning',
        reason: 'StreamNotFound',
        action: 'Observe',
        note: 'no stream FLIGHTS',
        regarding,
      },
    });
    expect(writes[0]?.body.series).toBeUndefined();
  });

  test('the same again becomes a series, which is written when it begins and then once a minute', async () => {
    for (let second = 0; second < 180; second += 1) {
      recorder.record(event());
      await clock.advance(1_000);
    }
    expect(writes.map(({ kind }) => kind)).toEqual(['create', 'patch', 'patch', 'patch']);
    expect(counts().slice(0, 2)).toEqual([undefined, 2]);
    await clock.advance(60_000);
    expect(counts().at(-1)).toBe(180);
    await clock.advance(3_600_000);
    expect(writes).toHaveLength(5);
  });

  test('after a quiet while it is a new event', async () => {
    recorder.record(event());
    await clock.advance(361_000);
    recorder.record(event());
    await settle();
    expect(writes.map(({ kind }) => kind)).toEqual(['create', 'create']);
  });

  test('events that differ are apart', async () => {
    const all = [event(), event({ note: 'other' }), event({ reason: 'Other' }), event({ type: 'Normal' })];
    for (const one of [...all, event({ regarding: { ...regarding, uid: 'u2' } })]) recorder.record(one);
    await settle(20);
    expect(writes.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'create'));
  });

  test('a long note is cut at a thousand bytes, between characters', async () => {
    recorder.record(event({ note: 'ä'.repeat(800) }));
    await settle();
    const note = writes[0]?.body.note ?? '';
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_000);
    expect(note).toMatch(/^ä+…$/);
  });

  test('one object cannot flood', async () => {
    for (let n = 0; n < 500; n += 1) recorder.record(event({ note: `offset ${n}` }));
    await clock.advance(60_000);
    expect(writes.length).toBeLessThanOrEqual(27);
  });

  test('many objects at once are written at a steady rate', async () => {
    for (let n = 0; n < 200; n += 1) recorder.record(event({ regarding: { ...regarding, uid: `u${n}` } }));
    await settle(500);
    expect(writes.length).toBeLessThanOrEqual(60);
    await clock.advance(20_000);
    expect(writes).toHaveLength(200);
  });

  test('is tried again while the API server is away, then let go', async () => {
    failures = [unreachable('POST', 'reset'), unreachable('POST', 'reset')];
    recorder.record(event());
    await clock.advance(10_000);
    expect(writes).toHaveLength(1);
    failures = Array.from({ length: 50 }, () => unreachable('POST', 'reset'));
    recorder.record(event({ note: 'lost' }));
    await clock.advance(120_000);
    expect(failures).toHaveLength(45);
  });

  test('a refusal is not tried again', async () => {
    failures = [new ForbiddenError('no', { status: 403, reason: '', causes: [] })];
    recorder.record(event());
    await clock.advance(120_000);
    expect(writes).toHaveLength(0);
  });

  test('a series whose event is gone is made again with its count', async () => {
    recorder.record(event());
    await settle();
    failures = [new NotFoundError('gone', { status: 404, reason: '', causes: [] })];
    recorder.record(event());
    await settle(20);
    expect(writes.map(({ kind, body }) => [kind, body.series?.count])).toEqual([
      ['create', undefined],
      ['create', 2],
    ]);
  });

  test('what is recorded just before the stop is written', async () => {
    recorder.record(event());
    await settle();
    recorder.record(event());
    await settle();
    for (let n = 0; n < 5; n += 1) recorder.record(event());
    stop.abort();
    await ended;
    expect(counts().at(-1)).toBe(7);
  });
});
