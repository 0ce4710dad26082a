import { GROUP, KIND, PLURAL, VERSION } from '../names.ts';
import { streamJobSchema } from './schema.ts';
import { forApiServer } from './structural.ts';

const column = (name: string, type: string, jsonPath: string, description: string, priority = 0) => ({
  name,
  type,
  jsonPath,
  description,
  ...(priority > 0 && { priority }),
});

const ready = (field: string) => `.status.conditions[?(@.type=="Ready")].${field}`;

const columns = [
  column('Ready', 'string', ready('status'), 'Whether the job does its work.'),
  column('Phase', 'string', '.status.phase', 'The state in one word.'),
  column('Replicas', 'integer', '.status.replicas', 'Workers that exist.'),
  column('Lag', 'integer', '.status.source.pending', 'Messages that wait to be delivered.'),
  column('Age', 'date', '.metadata.creationTimestamp', 'Time since the job was created.'),
  column('Rate', 'number', '.status.throughput.inPerSecond', 'Source messages settled per second.', 1),
  column('Reason', 'string', ready('reason'), 'Why the job is or is not ready.', 1),
];

const version = () => ({
  name: VERSION,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: forApiServer(streamJobSchema()) },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  },
  additionalPrinterColumns: columns,
});

/** The CustomResourceDefinition, as a plain object. */
export function customResourceDefinition(): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${PLURAL}.${GROUP}`,
      labels: { 'app.kubernetes.io/part-of': 'streamjob-operator' },
    },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: KIND.toLowerCase(),
        shortNames: ['sj'],
        categories: ['streaming'],
      },
      versions: [version()],
    },
  };
}
