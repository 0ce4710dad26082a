import { streamJobSchema } from './crd/schema.ts';
import type { Schema } from './crd/structural.ts';
import { API_VERSION, KIND } from './names.ts';

type Row = { path: string; schema: Schema; required: boolean };

const INTRODUCTION = `# ${KIND} reference

\`${API_VERSION}\`, kind \`${KIND}\`, namespaced, short name \`sj\`, category \`streaming\`. Generated from the schema by
\`npm run generate\`; \`kubectl explain sj.spec --recursive\` tells the same.

The name is a DNS label of at most 52 characters. Durations are numbers with units: \`500ms\`, \`30s\`, \`1m30s\`, \`2h\`.
A default marked (worker) applies where a worker is made or run, and is not written into the object.
`;

/** The resource's reference as Markdown: every field with its type, bounds, default, doc and rules. */
export function referenceMarkdown(): string {
  const { properties = {} } = streamJobSchema();
  const parts = ['spec', 'status'].flatMap((name) => {
    const schema = properties[name];
    return schema ? sections({ path: name, schema, required: true }) : [];
  });
  return [INTRODUCTION, ...parts].join('\n');
}

/** One section an object: its own rows, then those of the objects in it. */
function sections({ path, schema }: Row): string[] {
  const rows = children(path, schema);
  const nested = rows.map((row) => ({ ...row, ...innermost(row) })).filter(({ schema: inner }) => inner.properties);
  return [section(path, schema, rows), ...nested.flatMap(sections)];
}

function children(path: string, schema: Schema): Row[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    path: `${path}.${name}`,
    schema: property,
    required: schema.required?.includes(name) ?? false,
  }));
}

/** The object inside a list, with the path of an item. */
function innermost({ path, schema }: Row): { path: string; schema: Schema } {
  return schema.items ? { path: `${path}[]`, schema: schema.items } : { path, schema };
}

function section(path: string, schema: Schema, rows: readonly Row[]): string {
  const lines = [`## ${path}`, ''];
  if (schema.description !== undefined) lines.push(schema.description, '');
  lines.push(...rows.map((row) => fieldText(path, row)), '');
  const rules = ruleTexts(schema);
  if (rules.length > 0) lines.push('Rules:', '', ...rules.map((text) => `- ${text}`), '');
  return lines.join('\n');
}

function fieldText(parent: string, { path, schema, required }: Row): string {
  const name = path.slice(parent.length + 1);
  const facts = [typeText(schema), ...defaultTexts(schema, required)].join('; ');
  const pattern = schema.pattern ?? schema.items?.pattern;
  const sentences = [
    ...(schema.description === undefined ? [] : [schema.description]),
    ...(schema.properties || schema.items ? [] : ruleTexts(schema)).map((text) => `Rule: ${text}`),
    ...(pattern === undefined ? [] : [`Pattern: \`${pattern}\``]),
  ];
  return [`- **\`${name}\`**: ${facts}.`, ...sentences].join('\\\n  ');
}

function defaultTexts(schema: Schema, required: boolean): string[] {
  if (required) return ['required'];
  if (schema.default !== undefined) return [`default ${code(schema.default)}`];
  return schema.workerDefault === undefined ? [] : [`default ${code(schema.workerDefault)} (worker)`];
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function typeText(schema: Schema): string {
  const bounds = boundsText(schema);
  return bounds === '' ? kindText(schema) : `${kindText(schema)}, ${bounds}`;
}

function kindText(schema: Schema): string {
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema['x-kubernetes-int-or-string']) return 'integer or string';
  if (schema.format === 'date-time') return 'time';
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (schema.additionalProperties) return `map to ${typeText(schema.additionalProperties)}`;
  if (schema['x-kubernetes-preserve-unknown-fields']) return 'any object';
  return schema.type ?? 'any';
}

function boundsText(schema: Schema): string {
  const range = (least: number | undefined, most: number | undefined, what: string): string[] => {
    if (least === undefined && most === undefined) return [];
    if (most === undefined || most === Number.MAX_SAFE_INTEGER) return [`at least ${least ?? 0}${what}`];
    return [least === undefined || (least === 0 && what !== '') ? `at most ${most}${what}` : `${least}–${most}${what}`];
  };
  if (schema.enum) return '';
  return [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...range(schema.minProperties, schema.maxProperties, ' entries'),
  ].join(', ');
}

function ruleTexts(node: Schema): string[] {
  return (node['x-kubernetes-validations'] ?? []).map(({ message, fieldPath }) =>
    fieldPath === undefined ? `${message}.` : `\`${fieldPath.slice(1)}\`: ${message}.`,
  );
}
