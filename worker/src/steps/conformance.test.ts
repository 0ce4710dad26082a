import { afterAll, describe, expect, test } from '@jest/globals';
import { type ResolvedStep } from '@streamjob/crds';
import fc from 'fast-check';
import { Modules } from '../code/index.ts';
import { decodeJson } from '../codecs/json.ts';
import { type LookupAnswer } from '../lookups/index.ts';
import { steps, type StepResources } from './index.ts';
import { applyOf, MESSAGE } from './testing/apply-step.ts';

const CODE = { timeoutMs: 10_000, memoryMebibytes: 32, onError: 'DeadLetter' } as const;
const ENRICH = { format: 'Json', onMissing: 'Null', onError: 'DeadLetter' } as const;

/** What every step must keep to; a new kind adds a line here. */
const SAMPLES: Record<string, ResolvedStep> = {
  'validate that says DeadLetter': {
    name: 's',
    validate: { schema: { type: 'object', required: ['a'] }, onInvalid: 'DeadLetter' },
  },
  'validate that says Drop': {
    name: 's',
    validate: { schema: { type: 'array', items: { type: 'number' } }, onInvalid: 'Drop' },
  },
  'filter that says DeadLetter': { name: 's', filter: { expression: 'event.a > 1', onError: 'DeadLetter' } },
  'filter that says Drop': {
    name: 's',
    filter: { expression: "event.a.b == 'x' || size(event) > 1", onError: 'Drop' },
  },
  'map that sets': {
    name: 's',
    map: { set: { a: 'event', b: "event.a + 'x'", 'c.d': 'message.subject' }, remove: [] },
  },
  'map that removes': { name: 's', map: { set: {}, remove: ['a', 'b.a'] } },
  'redact that removes': { name: 's', redact: { fields: ['a', 'b.a'], with: 'Remove' } },
  'redact that masks': { name: 's', redact: { fields: ['a.a', 'b', '__proto__'], with: 'Mask' } },
  'redact that hashes': { name: 's', redact: { fields: ['a', 'b.b'], with: 'Hash', keySecretName: 'pii-key' } },
  'code that changes': { name: 's', code: { ...CODE, source: 'export default (event) => ({ event })' } },
  'code that makes several': { name: 's', code: { ...CODE, source: 'export default async (e, m) => [{ e }, m]' } },
  'code that fails': { name: 's', code: { ...CODE, source: 'export default (event) => event.a.b.c' } },
  'enrich from memory': {
    name: 's',
    enrich: { ...ENRICH, key: 'event.a', into: 'b.c', kv: { bucket: 'B', maxBytes: 1 } },
  },
  'enrich that waits': {
    name: 's',
    enrich: { ...ENRICH, key: 'string(event.a)', into: 'later', kv: { bucket: 'slow', maxBytes: 1 } },
  },
};

/** Something is known of keys of even length; the name of the bucket tells how it is answered. */
const lookUp = (key: string): LookupAnswer =>
  key.length % 2 === 0 ? { kind: 'found', value: { key }, inexact: false } : { kind: 'missing' };

const modules = new Modules();
afterAll(() => {
  modules.close();
});

const RESOURCES: StepResources = {
  lookup: ({ enrich }) => ({
    get: (key) => ('kv' in enrich && enrich.kv.bucket === 'slow' ? Promise.resolve(lookUp(key)) : lookUp(key)),
    close: () => Promise.resolve(),
  }),
  module: (request) => modules.add(request),
};

const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString', '');
const scalars = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(true, false, null, 9007199254740993n),
);

/** JSON texts with the fields that the samples read, hostile names and numbers that no double holds. */
const texts = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      scalars,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }))
  .value.map((value) =>
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)).replaceAll(
      '9007199254740992',
      '9007199254740993',
    ),
  );

const decode = (text: string) => {
  const decoded = decodeJson(Buffer.from(text));
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded;
};

test('every kind of step has a sample', () => {
  const context = { path: 'p', shape: 'Json', secret: () => Uint8Array.of(1), configMapText: () => '' } as const;
  for (const kind of steps) {
    expect(Object.values(SAMPLES).some((sample) => kind(sample, context) !== undefined)).toBe(true);
  }
});

describe.each(Object.entries(SAMPLES))('%s', (_name, sample) => {
  const apply = applyOf(sample, { resources: RESOURCES });

  test('never throws, never changes its input, and gives the same for the same', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const event = decode(text);
        const result = await apply(event, MESSAGE);
        expect(event).toEqual(decode(text));
        expect(await apply(decode(text), MESSAGE)).toEqual(result);
        if (result.kind === 'changed') expect(result.event.value).not.toBe(event.value);
      }),
      { numRuns: 50 },
    );
  });

  test('pollutes no prototype', async () => {
    await apply(decode('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}},"b":{}}'), MESSAGE);
    expect('polluted' in {}).toBe(false);
  });
});
