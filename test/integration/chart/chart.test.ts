import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import { createKubectl, ensureNamespace, type Kubectl } from '../../../hack/src/platform/kubectl.ts';
import { parseConfig } from '../../../operator/src/config/load.ts';
import { matrix, mistakes } from './matrix.ts';
import { CHART, helm, render, withValues, type KubernetesObject } from './render.ts';

let controlPlane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  kubectl = createKubectl(controlPlane.kubeconfigPath);
  for (const namespace of ['streamjob-system', 'flights', 'weather']) {
    await ensureNamespace(kubectl, namespace);
    // No controller makes it here, and a pod is refused without it.
    await kubectl.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } }]);
  }
}, 60_000);

afterAll(async () => {
  await controlPlane.stop();
}, 60_000);

const cases = Object.entries(matrix);

describe('helm lint', () => {
  test.each(cases)('%s', async (_name, values) => {
    await withValues(values, (path) => helm(['lint', '--strict', CHART, '-f', path]));
  });
});

describe('every object is taken by the API server as it is', () => {
  test.each(cases)(
    '%s',
    async (_name, values) => {
      const objects = (await render(values)).map(withNamespace);
      await kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], {
        input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
      });
    },
    60_000,
  );
});

describe('least privilege', () => {
  test.each(cases)('%s: no verb on Secrets, no wildcard', async (_name, values) => {
    for (const { rules = [] } of await render(values)) {
      for (const { apiGroups, resources, verbs } of rules) {
        expect([...apiGroups, ...resources, ...verbs]).not.toContain('*');
        expect(resources).not.toContain('secrets');
      }
    }
  });

  test.each(cases)(
    '%s: pods satisfy the restricted standard',
    async (_name, values) => {
      await kubectl([
        'label',
        'namespace',
        'streamjob-system',
        'pod-security.kubernetes.io/enforce=restricted',
        '--overwrite',
      ]);
      const pods = (await render(values)).flatMap(podOf);
      expect(pods.length).toBeGreaterThan(0);
      for (const pod of pods) {
        await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], { input: JSON.stringify(pod) });
      }
    },
    60_000,
  );

  test('with namespaces to watch there is no cluster-wide right but reading through the aggregated roles', async () => {
    const kinds = (await render(matrix['two namespaces'] ?? {})).map(({ kind }) => kind);
    expect(kinds).not.toContain('ClusterRoleBinding');
    expect(kinds.filter((kind) => kind === 'Role')).toHaveLength(3);
  });
});

test('CRDs stay on uninstall unless told otherwise', async () => {
  const policy = async (values: object) =>
    (await render(values)).find(({ kind }) => kind === 'CustomResourceDefinition')?.metadata.annotations?.[
      'helm.sh/resource-policy'
    ];
  expect(await policy({})).toBe('keep');
  expect(await policy({ crds: { keep: false } })).toBeUndefined();
});

test('a credential is mounted, never put into the configuration', async () => {
  const objects = await render(matrix['a connection with everything'] ?? {});
  const config = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'test-streamjob-operator',
  );
  expect(config?.data?.['config.yaml']).toContain('credentialsDir: /etc/streamjob-operator/credentials/default');
  expect(config?.data?.['config.yaml']).not.toContain('nats-operator');
});

describe('the operator reads the configuration that the chart writes', () => {
  test.each(cases)('%s', async (_name, values) => {
    const config = (await render(values)).find(({ data }) => data?.['config.yaml'] !== undefined);
    expect(() => parseConfig(config?.data?.['config.yaml'] ?? '')).not.toThrow();
  });
});

describe('mistakes are refused with the name of the value', () => {
  test.each(Object.entries(mistakes))('%s', async (_name, { values, names }) => {
    await expect(render(values)).rejects.toThrow(names);
  });
});

/** helm sends objects without a namespace to the release's. */
function withNamespace(object: KubernetesObject): KubernetesObject {
  const clusterWide = /^Cluster|CustomResource/.test(object.kind);
  if (clusterWide || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'streamjob-system' } };
}

type PodSpecOwner = { template: { spec: object } };

function podOf(object: KubernetesObject): object[] {
  const metadata = { name: `${object.metadata.name}-check`, namespace: 'streamjob-system' };
  if (object.kind === 'Pod') return [{ ...object, metadata }];
  if (object.kind !== 'Deployment') return [];
  const { serviceAccountName: _, ...spec } = (object.spec as PodSpecOwner).template.spec as {
    serviceAccountName?: string;
  };
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec }];
}
