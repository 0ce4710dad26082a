import { describe, expect, test } from '@jest/globals';
import { type ApplyOptions, type KubeApi } from '../api.ts';
import { type KubeObject, type Manifest } from '../objects.ts';
import { resources } from '../resources.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { createApplier } from './write-if-changed.ts';

const identity = { apiVersion: 'v1', kind: 'ConfigMap' };
const desired = (value: string): Manifest => ({
  ...identity,
  metadata: { name: 'a', namespace: 'b' },
  ...{ data: { value } },
});
const live = (version: string, value: string): KubeObject => ({
  ...identity,
  metadata: { name: 'a', namespace: 'b', uid: 'u', resourceVersion: version },
  ...{ data: { value } },
});

function applierThat(answer: KubeObject) {
  const applied: [Manifest, ApplyOptions][] = [];
  const apply = (_resource: unknown, manifest: Manifest, options: ApplyOptions = {}): Promise<KubeObject> => {
    applied.push([manifest, options]);
    return Promise.resolve(answer);
  };
  const api = { ...createFakeApi().api, apply } as unknown as KubeApi;
  return { applied, applier: createApplier(api) };
}

describe('writeIfChanged', () => {
  test('writes nothing when nothing would change', async () => {
    const { applied, applier } = applierThat(live('2', 'x'));
    const { result } = await applier.writeIfChanged(resources.configMaps, desired('x'), live('1', 'x'));
    expect([result, applied]).toEqual(['unchanged', []]);
  });

  test('pins a change to the very object', async () => {
    const { applied, applier } = applierThat(live('2', 'y'));
    const { result, object } = await applier.writeIfChanged(resources.configMaps, desired('y'), live('1', 'x'));
    expect([result, object.metadata.resourceVersion]).toEqual(['written', '2']);
    expect(applied[0]?.[0].metadata.uid).toBe('u');
  });

  test('only creates what is not there', async () => {
    const { applied, applier } = applierThat(live('2', 'y'));
    await applier.writeIfChanged(resources.configMaps, desired('y'), undefined);
    expect(applied).toEqual([[desired('y'), { createOnly: true }]]);
  });

  test('a spelling of the server that we do not know costs one write, not one a reconcile', async () => {
    const { applied, applier } = applierThat(live('1', 'X'));
    for (let round = 0; round < 5; round += 1) {
      const { result } = await applier.writeIfChanged(resources.configMaps, desired('x'), live('1', 'X'));
      expect(result).toBe('unchanged');
    }
    expect(applied).toHaveLength(1);
    await applier.writeIfChanged(resources.configMaps, desired('z'), live('1', 'X'));
    await applier.writeIfChanged(resources.configMaps, desired('x'), live('2', 'X'));
    expect(applied).toHaveLength(3);
  });
});
