import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import {
  createKubeApi,
  EventRecorder,
  loadEndpoint,
  resources,
  systemClock,
  type Endpoint,
  type EventRecord,
  type KubeApi,
  type KubeObject,
} from '@streamjob/operator';
import { silentLogger } from '@streamjob/telemetry';
import { eventually } from './eventually.ts';

type Event = KubeObject & { reason: string; note: string; series?: { count: number } };

let plane: ControlPlane;
let endpoint: Endpoint;
let api: KubeApi;
beforeAll(async () => {
  plane = await startControlPlane();
  endpoint = loadEndpoint(plane.kubeconfigPath);
  api = createKubeApi({ endpoint, clock: systemClock });
}, 120_000);
afterAll(async () => {
  endpoint.close();
  await plane.stop();
});

const regarding = {
  apiVersion: 'streamjobs.dev/v1alpha1',
  kind: 'StreamJob',
  namespace: 'default',
  name: 'late',
  uid: 'u1',
};
const record = (reason: string, note: string): EventRecord => ({
  regarding,
  type: 'Warning',
  reason,
  action: 'Plan',
  note,
});
const events = async (): Promise<readonly Event[]> =>
  (await api.list<Event>(resources.events, { namespace: 'default', fieldSelector: 'regarding.name=late' })).items;

test('events are taken by the API server, repeated ones as a series', async () => {
  const reporter = { controller: 'streamjobs.dev/operator', instance: 'test' };
  const recorder = new EventRecorder({ api, reporter, clock: systemClock, log: silentLogger });
  const stop = new AbortController();
  const ended = recorder.run(stop.signal);
  recorder.record(record('StreamNotFound', 'ä'.repeat(2_000)));
  recorder.record(record('SinkRefuses', 'sink all'));
  await eventually(async () => (await events()).length === 2);
  for (let n = 0; n < 4; n += 1) recorder.record(record('SinkRefuses', 'sink all'));
  await eventually(async () => (await events()).some(({ series }) => series !== undefined));
  recorder.record(record('SinkRefuses', 'sink all'));
  stop.abort();
  await ended;
  const all = await events();
  expect(all.map(({ reason, series }) => [reason, series?.count]).sort()).toEqual([
    ['SinkRefuses', 6],
    ['StreamNotFound', undefined],
  ]);
  expect(all.find(({ reason }) => reason === 'StreamNotFound')?.note).toHaveLength(499);
}, 60_000);
