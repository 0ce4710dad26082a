import { describe, expect, test } from '@jest/globals';
import { kindConfig } from './config.ts';

interface Config {
  nodes: { extraMounts: object[] }[];
  kubeadmConfigPatches: string[];
}

function patchesOf(text: string): Record<string, unknown>[] {
  const config = JSON.parse(text) as Config;
  return config.kubeadmConfigPatches.map((patch) => JSON.parse(patch) as Record<string, unknown>);
}

describe('kindConfig', () => {
  test('the API server logs to the folder that is mounted', () => {
    const text = kindConfig('/state/audit', false);
    const mount = { hostPath: '/state/audit', containerPath: '/etc/kubernetes/audit' };
    expect((JSON.parse(text) as Config).nodes[0]?.extraMounts).toEqual([mount]);
    expect(patchesOf(text)).toMatchObject([
      {
        kind: 'ClusterConfiguration',
        apiServer: { extraArgs: { 'audit-log-path': '/etc/kubernetes/audit/audit.log' } },
      },
    ]);
  });

  test.each([
    [true, [false]],
    [false, []],
  ])('old cgroups %s', (hasOldCgroups, expected) => {
    const kubelet = patchesOf(kindConfig('/a', hasOldCgroups)).filter(({ kind }) => kind === 'KubeletConfiguration');
    expect(kubelet.map(({ failCgroupV1 }) => failCgroupV1)).toEqual(expected);
  });

  test('no patch names a version of kubeadm', () => {
    for (const patch of patchesOf(kindConfig('/a', true))) expect(patch).not.toHaveProperty('apiVersion');
  });
});
