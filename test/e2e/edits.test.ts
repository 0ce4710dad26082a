import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from './harness/eventually.ts';
import { fingerprint } from './harness/jobs.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, publishNumbers } from './harness/traffic.ts';

jest.setTimeout(400_000);

const JOB = 'edited';
const step = (expression: string): object => ({ steps: [{ name: 'known', filter: { expression } }] });
const good = step('event.id >= 0.0');
const bad = step('event.id >= ');

let scene: Scene;
let sent = 0;

beforeAll(async () => {
  scene = await openScene('edits');
  await Promise.all([scene.stream('in'), scene.stream('out')]);
  await scene.jobs.run(JOB, 'edits-in', good);
});

afterAll(() => scene.close());

/** Messages go through, whatever became of the edit. */
async function expectFlow(): Promise<void> {
  await publishNumbers(scene.broker, 'edits.in.x', sent, 100);
  sent += 100;
  expect(await arrived(scene.broker, 'edits-out', sent)).toEqual({ found: sent, missing: 0, doubled: 0 });
}

describe('a bad edit leaves the workers as they are', () => {
  test.each([
    {
      what: 'an expression',
      spec: bad,
      reason: 'InvalidExpression',
      told: /spec\.steps\[0\]\.filter\.expression, line 1, column 13[^]*event\.id >= \n *\^/,
    },
    {
      what: 'a template',
      spec: { sinks: [{ name: 'out', jetstream: { subject: 'edits.out.${event.}' } }] },
      reason: 'InvalidExpression',
      told: /spec\.sinks\[0\]\.jetstream\.subject, line 1, column \d+/,
    },
    {
      what: 'a schema',
      spec: { steps: [{ name: 'known', validate: { schema: { type: 'nonsense' } } }] },
      reason: 'InvalidSchema',
      told: /spec\.steps\[0\]\.validate\.schema/,
    },
    {
      what: 'an amount of memory',
      spec: { worker: { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } } },
      reason: 'InvalidWorker',
      told: /spec\.worker\.resources\.requests/,
    },
    {
      what: 'a toleration',
      spec: { worker: { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] } },
      reason: 'InvalidWorker',
      told: /spec\.worker\.tolerations/,
    },
  ])('$what: $reason', async ({ spec, reason, told }) => {
    const { jobs } = scene;
    const before = await jobs.get(JOB);
    const pods = fingerprint(await jobs.untilWorkers(JOB, 1));
    await jobs.edit(JOB, spec);
    const { message } = await jobs.until(JOB, 'Stalled', 'True', reason);
    expect(message).toMatch(told);
    expect(await jobs.condition(JOB, 'Ready')).toMatchObject({ status: 'True', reason: 'Running' });
    await expectFlow();
    expect(fingerprint(await jobs.pods(JOB))).toEqual(pods);
    await eventually('an event tells', async () => (await jobs.events(JOB)).includes(reason));
    await jobs.edit(JOB, { steps: null, ...before.spec, worker: { tolerations: null, ...before.spec.worker } });
    await jobs.untilGone(JOB, 'Stalled');
    expect(fingerprint(await jobs.pods(JOB))).toEqual(pods);
  });
});

test('the number of workers and suspend take effect all the same; the correction goes on', async () => {
  const { jobs } = scene;
  await jobs.edit(JOB, { ...bad, replicas: 2 });
  await jobs.until(JOB, 'Stalled', 'True', 'InvalidExpression');
  await jobs.untilWorkers(JOB, 2);
  await jobs.edit(JOB, { suspend: true });
  await jobs.until(JOB, 'Ready', 'False', 'Suspended');
  await jobs.untilWorkers(JOB, 0);
  await jobs.edit(JOB, { suspend: false });
  await jobs.untilWorkers(JOB, 2);
  await expectFlow();
  const revision = (await jobs.get(JOB)).status?.revision?.current;
  await jobs.edit(JOB, { ...step('event.id > -1.0'), replicas: 1 });
  await jobs.untilGone(JOB, 'Stalled');
  await jobs.until(JOB, 'Ready', 'True', 'Running');
  await jobs.untilGone(JOB, 'Reconciling');
  expect((await jobs.get(JOB)).status?.revision?.current).not.toBe(revision);
  await expectFlow();
});
