import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fieldTree } from './field-tree.ts';
import { type JsonObject } from './record.ts';
import { withField } from './with-field.ts';
import { writeFields } from './write-fields.ts';

const names = fc.constantFrom('a', 'b', '__proto__', 'constructor', '');
const objects = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'medium' }, fc.constantFrom<unknown>(1, null, 'x', [1]), tie('object')),
  object: fc
    .array(fc.tuple(names, tie('value')), { maxLength: 4 })
    .map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries))) as JsonObject),
})).object;

test('writes what writeFields writes, in the same order, and leaves its input as it was', () => {
  fc.assert(
    fc.property(objects, fc.array(names, { minLength: 1, maxLength: 3 }), (object, path) => {
      const before = JSON.stringify(object);
      const expected = writeFields(object, fieldTree([[path.join('.'), 0] as const]), ['new']);
      const written = withField(object, path, 'new');
      expect(written).toEqual(expected);
      expect(JSON.stringify(written)).toBe(JSON.stringify(expected));
      expect(JSON.stringify(object)).toBe(before);
      expect(Object.getPrototypeOf(written)).toBe(Object.getPrototypeOf(expected));
    }),
  );
});
