import { expect, test } from '@jest/globals';
import { type KubeApi, type Pod } from '../kube/index.ts';
import { lookAtMounts, type MountMemory } from './mount-failures.ts';
import { NOW_MS, pod } from './testing/fixtures.ts';

function creating(uid: string, agoMs: number): Pod {
  const lastTransitionTime = new Date(NOW_MS - agoMs).toISOString();
  const waiting = { reason: 'ContainerCreating' };
  return pod({
    metadata: { ...pod().metadata, uid },
    status: {
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime }],
      containerStatuses: [
        { name: 'worker', image: 'w', imageID: '', ready: false, restartCount: 0, state: { waiting } },
      ],
    },
  });
}

/** An API server that knows one event of every pod. */
function setUp() {
  const asked: (string | undefined)[] = [];
  const list: KubeApi['list'] = (_resource, options) => {
    asked.push(options?.fieldSelector);
    return Promise.resolve({ items: [{ message: 'secret "x" not found' }] as never, resourceVersion: '1' });
  };
  const memory: MountMemory = new Map();
  const look = (pods: readonly Pod[], nowMs = NOW_MS) =>
    lookAtMounts({ list } as KubeApi, pods, memory, nowMs, new AbortController().signal);
  return { asked, look };
}

test('a pod that just began is left alone until it counts as stuck', async () => {
  const { asked, look } = setUp();
  expect(await look([creating('a', 5_000)])).toEqual({ failures: new Map(), againAtMs: NOW_MS + 15_000 });
  expect(asked).toEqual([]);
});

test('a stuck one is asked about, not more often than every half minute', async () => {
  const { asked, look } = setUp();
  const stuck = [creating('a', 60_000)];
  const expected = new Map([['a', 'secret "x" not found']]);
  expect((await look(stuck)).failures).toEqual(expected);
  expect((await look(stuck, NOW_MS + 10_000)).failures).toEqual(expected);
  expect(asked).toEqual(['involvedObject.uid=a,reason=FailedMount']);
  await look(stuck, NOW_MS + 31_000);
  expect(asked).toHaveLength(2);
});

test('of many that are stuck a few are asked', async () => {
  const { asked, look } = setUp();
  await look(Array.from({ length: 50 }, (_, index) => creating(`pod-${index}`, 60_000)));
  expect(asked).toHaveLength(3);
});
