import { Boxed } from './kind.ts';
import { Uint } from './uint.ts';

/** A map literal whose keys aren't all texts. Equal numbers are one key, whatever their type: 1, 1u and 1.0. */
export class KeyedMap extends Boxed {
  readonly $kind = 'map';
  readonly $entries = new Map<unknown, readonly [key: unknown, value: unknown]>();

  $get(key: unknown): readonly [key: unknown, value: unknown] | undefined {
    return this.$entries.get(normalKey(key));
  }

  $set(key: unknown, value: unknown): void {
    this.$entries.set(normalKey(key), [key, value]);
  }
}

function normalKey(key: unknown): unknown {
  if (key instanceof Uint) return key.$value;
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : key;
}
