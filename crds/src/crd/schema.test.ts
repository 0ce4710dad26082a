import { describe, expect, test } from '@jest/globals';
import { streamJobSchema } from './schema.ts';
import { forApiServer, type Schema } from './structural.ts';

type Node = { path: string; schema: Schema; field: boolean };

/** Every node of the schema; `field` tells fields from the items of lists and the values of maps. */
function nodes(path: string, schema: Schema, field = true): Node[] {
  return [
    { path, schema, field },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => nodes(`${path}.${name}`, child)),
    ...(schema.items ? nodes(`${path}[]`, schema.items, schema.items.properties !== undefined) : []),
    ...(schema.additionalProperties ? nodes(`${path}{}`, schema.additionalProperties, false) : []),
  ];
}

const { properties = {} } = streamJobSchema();
const all = [...nodes('spec', properties.spec!), ...nodes('status', properties.status!)];
const under = (...paths: string[]) => all.filter(({ path }) => paths.some((start) => path.startsWith(start)));

test('every field is documented', () => {
  const bare = all.filter(({ schema, field }) => field && (schema.description ?? '').length < 10);
  expect(bare.map(({ path }) => path)).toEqual([]);
});

test('every string, list and map is bounded', () => {
  const unbounded = all.filter(({ schema }) => {
    if (schema.type === 'string') return schema.maxLength === undefined && schema.enum === undefined;
    if (schema.type === 'array') return schema.maxItems === undefined;
    const open = schema.additionalProperties ?? schema['x-kubernetes-preserve-unknown-fields'];
    return open !== undefined && schema.maxProperties === undefined;
  });
  expect(unbounded.map(({ path }) => path)).toEqual([]);
});

test('every list says how it merges', () => {
  const silent = all.filter(({ schema }) => schema.type === 'array' && !schema['x-kubernetes-list-type']);
  expect(silent.map(({ path }) => path)).toEqual([]);
});

describe('defaults', () => {
  test('the CRD has those of the spec itself', () => {
    const defaults = all.filter(({ schema }) => schema.default !== undefined);
    expect(Object.fromEntries(defaults.map(({ path, schema }) => [path, schema.default]))).toEqual({
      'spec.connection': 'default',
      'spec.suspend': false,
      'spec.replicas': 1,
      'spec.deletionPolicy': 'Delete',
    });
  });

  test('the worker part has its own, told in the docs', () => {
    const defaults = under('spec.source', 'spec.steps', 'spec.sinks', 'spec.deadLetter', 'spec.worker').filter(
      ({ schema }) => schema.workerDefault !== undefined,
    );
    expect(defaults.length).toBeGreaterThanOrEqual(10);
    for (const { schema } of defaults) expect(forApiServer(schema).description).toMatch(/Default .*: .+\.$/);
  });

  test('no keyword of ours reaches the API server', () => {
    expect(JSON.stringify(forApiServer(streamJobSchema()))).not.toContain('workerDefault');
  });
});

test('bounds are int32 or int64', () => {
  const integers = all.filter(({ schema }) => schema.type === 'integer');
  expect(integers.filter(({ schema }) => !['int32', 'int64'].includes(schema.format ?? ''))).toEqual([]);
});
