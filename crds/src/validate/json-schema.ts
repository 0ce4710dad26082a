import { mapValues, type Schema } from '../crd/structural.ts';

const OBJECT_META = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

/** The metadata that anyone may write; only the name is asked for. */
const metadata = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    ...Object.fromEntries(OBJECT_META.map((name) => [name, {}])),
    name: { type: 'string', minLength: 1 },
    namespace: { type: 'string', minLength: 1, maxLength: 63 },
  },
};

/**
 * The CRD's schema as plain JSON Schema that refuses what the API server would prune in silence. Status is the
 * operator's and passes unread.
 */
export function strictJsonSchema(schema: Schema, apiVersion: string, kind: string): object {
  const strict = strictNode(schema) as { properties: object };
  return {
    ...strict,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      ...strict.properties,
      apiVersion: { const: apiVersion },
      kind: { const: kind },
      metadata,
      status: {},
    },
  };
}

const KEPT = [
  'type',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
] as const satisfies readonly (keyof Schema)[];

function strictNode(node: Schema): object {
  const kept = Object.fromEntries(KEPT.filter((key) => node[key] !== undefined).map((key) => [key, node[key]]));
  return {
    ...kept,
    ...(node.format === 'date-time' && { format: 'date-time' }),
    ...(node['x-kubernetes-int-or-string'] && { type: ['integer', 'string'] }),
    ...(node['x-kubernetes-list-type'] === 'set' && { uniqueItems: true }),
    ...(node.items && { items: strictNode(node.items) }),
    ...objectKeywords(node),
  };
}

function objectKeywords(node: Schema): object {
  if (node['x-kubernetes-preserve-unknown-fields']) return {};
  if (node.additionalProperties) return { additionalProperties: strictNode(node.additionalProperties) };
  if (!node.properties) return {};
  return { additionalProperties: false, properties: mapValues(node.properties, strictNode) };
}
