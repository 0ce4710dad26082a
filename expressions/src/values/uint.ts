import { Boxed } from './kind.ts';

export const MAX_UINT = 18446744073709551615n;
export const MAX_INT = 9223372036854775807n;
export const MIN_INT = -9223372036854775808n;

/** CEL's unsigned 64-bit integer. */
export class Uint extends Boxed {
  readonly $kind = 'uint';
  readonly $value: bigint;

  constructor(value: bigint) {
    super();
    this.$value = value;
  }
}
