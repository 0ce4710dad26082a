import { z } from 'zod';
import type { Rule } from '../rules/rule.ts';

/** A node of the CRD's structural schema: the part of OpenAPI v3 that Kubernetes takes. */
export type Schema = {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  description?: string;
  default?: unknown;
  /** What the worker fills in; ours alone, taken out before the schema leaves. */
  workerDefault?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  anyOf?: { type: string }[];
  'x-kubernetes-int-or-string'?: true;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-validations'?: { rule: string; message: string; fieldPath?: string }[];
};

/** Turns a zod schema into a structural one, `workerDefault`s still in it. */
export function structuralSchema(schema: z.ZodType): Schema {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' });
  return normalise(json as Schema);
}

function normalise(node: Schema): Schema {
  if (node['x-kubernetes-int-or-string']) return { ...node, anyOf: [{ type: 'integer' }, { type: 'string' }] };
  const { properties, additionalProperties, items, ...own } = node;
  return {
    ...own,
    ...(node.type === 'integer' && integerKeywords(node)),
    ...(properties && { properties: mapValues(properties, normalise) }),
    ...(items && { items: normalise(items) }),
    ...(additionalProperties &&
      !node['x-kubernetes-preserve-unknown-fields'] && { additionalProperties: normalise(additionalProperties) }),
  };
}

/** The bounds that zod adds to say "safe integer" mean int64 here. */
function integerKeywords({ minimum, maximum }: Schema): Partial<Schema> {
  const format = maximum !== undefined && maximum <= 2 ** 31 - 1 ? 'int32' : 'int64';
  return { format, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** Puts each rule on the node it speaks of; throws when a rule speaks of a node that isn't there. */
export function withRules(schema: Schema, rules: readonly Rule[]): Schema {
  const copy = structuredClone(schema);
  for (const { at, rule, message, field } of rules) {
    const node = nodeAt(copy, at);
    const fieldPath = field === undefined || at === '' ? {} : { fieldPath: `.${field}` };
    (node['x-kubernetes-validations'] ??= []).push({ rule, message, ...fieldPath });
  }
  return copy;
}

function nodeAt(schema: Schema, path: string): Schema {
  const names = path.split('.').filter((name) => name !== '');
  return names.reduce((node, name) => {
    const property = node.properties?.[name.replace('[]', '')];
    const found = name.endsWith('[]') ? property?.items : property;
    if (!found) throw new Error(`a rule stands at ${path}, which the schema does not have`);
    return found;
  }, schema);
}

/** Takes our own keywords out and tells worker defaults in the description instead. */
export function forApiServer(node: Schema): Schema {
  const { workerDefault, description, properties, items, additionalProperties, ...own } = node;
  const told = [description, defaultText(workerDefault)].filter((part) => part !== undefined).join(' ');
  return {
    ...(told !== '' && { description: told }),
    ...own,
    ...(properties && { properties: mapValues(properties, forApiServer) }),
    ...(items && { items: forApiServer(items) }),
    ...(additionalProperties && { additionalProperties: forApiServer(additionalProperties) }),
  };
}

function defaultText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return `Default (not written into the object): ${typeof value === 'string' ? value : JSON.stringify(value)}.`;
}

export function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
