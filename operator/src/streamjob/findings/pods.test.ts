import { describe, expect, test } from '@jest/globals';
import { type Deployment, type Pod } from '../../kube/index.ts';
import { pod } from '../testing/fixtures.ts';
import { podFindings } from './pods.ts';

type Status = NonNullable<Pod['status']>;
type Container = NonNullable<Status['containerStatuses']>[number];

const container = (over: Partial<Container>): Status => ({
  containerStatuses: [{ name: 'worker', image: 'w:1', imageID: '', ready: false, restartCount: 0, ...over }],
});
const ended = (reason: string, exitCode = 1) => ({ terminated: { reason, exitCode } });
const waiting = (reason: string) => ({ state: { waiting: { reason } } });

describe('a pod that isn’t ready', () => {
  const cases: Record<string, { status: Status; mount?: string; expected: string[] }> = {
    'is being created': { status: container(waiting('ContainerCreating')), expected: [] },
    'lacks a Secret': {
      status: container(waiting('ContainerCreating')),
      mount: 'secret "a" not found',
      expected: ['CredentialsMissing'],
    },
    'lacks a module': {
      status: container(waiting('ContainerCreating')),
      mount: 'MountVolume.SetUp failed for volume "module-0" : configmap "secret-sauce" not found',
      expected: ['ModuleMissing'],
    },
    'lacks something else': {
      status: container(waiting('ContainerCreating')),
      mount: 'configmap "a" not found',
      expected: ['PodFailed'],
    },
    'lacks its image': { status: container(waiting('ErrImagePull')), expected: ['ImagePullFailed'] },
    'is misconfigured': { status: container(waiting('CreateContainerConfigError')), expected: ['PodFailed'] },
    'ended once': { status: container({ restartCount: 1, lastState: ended('Error') }), expected: [] },
    'keeps ending': {
      status: container({ restartCount: 4, lastState: ended('Error'), ...waiting('CrashLoopBackOff') }),
      expected: ['CrashLooping'],
    },
    'keeps ending, and was just started again': {
      status: container({ restartCount: 4, lastState: ended('Error'), state: { running: {} } }),
      expected: ['CrashLooping'],
    },
    'ended often and is well now': {
      status: container({ restartCount: 4, lastState: ended('Error'), ready: true, state: { running: {} } }),
      expected: [],
    },
    'uses too much memory': {
      status: container({ restartCount: 3, lastState: ended('OOMKilled', 137), ...waiting('CrashLoopBackOff') }),
      expected: ['OutOfMemory'],
    },
    'finds no node': {
      status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1' }] },
      expected: ['Unschedulable'],
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { status, mount, expected }) => {
    const mounts = new Map(mount === undefined ? [] : [['pod-1', mount]]);
    expect(podFindings(undefined, [pod({ status })], mounts).map(({ reason }) => reason)).toEqual(expected);
  });

  test('says nothing while it is ending', () => {
    const { metadata } = pod();
    const going = { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(
      podFindings(undefined, [pod({ metadata: going, status: container(waiting('ErrImagePull')) })], new Map()),
    ).toEqual([]);
  });

  test('is told once for all that share its reason', () => {
    const status = container(waiting('ErrImagePull'));
    expect(podFindings(undefined, [pod({ status }), pod({ status })], new Map())).toHaveLength(1);
  });
});

test.each([
  ['exceeded quota: small', 'QuotaExceeded'],
  ['denied by a policy', 'PodsRefused'],
])('pods that can’t be created: %s', (message, reason) => {
  const conditions = [{ type: 'ReplicaFailure', status: 'True', message }];
  expect(podFindings({ status: { conditions } } as Deployment, [], new Map())).toEqual([{ reason, message }]);
});
