import { Duration, NANOS_PER_SECOND } from '../../values/duration.ts';
import { Timestamp } from '../../values/timestamp.ts';
import { TYPE_NAMES } from '../../values/type-value.ts';
import { Uint } from '../../values/uint.ts';
import { makeMap } from '../../runtime/access.ts';
import { type SpecValue } from './cases.ts';

/** For tests: a value of the conformance cases as expressions have it. Throws a TypeError for what they have not. */
export function fromSpec({ kind }: SpecValue): unknown {
  switch (kind.case) {
    case 'nullValue':
      return null;
    case 'boolValue':
    case 'stringValue':
    case 'int64Value':
    case 'doubleValue':
    case 'bytesValue':
      return kind.value;
    case 'uint64Value':
      return new Uint(kind.value);
    case 'listValue':
      return kind.value.values.map(fromSpec);
    case 'mapValue':
      return makeMap(
        kind.value.entries.map(({ key, value }) => [present(key), present(value)]),
        0,
      );
    case 'typeValue':
      return TYPE_NAMES.get(kind.value);
    case 'objectValue':
      return fromMessage(kind.value.typeUrl, kind.value.value);
    case 'enumValue':
    case undefined:
      throw new TypeError(`no value of ours: ${String(kind.case)}`);
  }
}

function present(value: SpecValue | undefined): unknown {
  if (value === undefined) throw new TypeError('an entry of a map has no value');
  return fromSpec(value);
}

/** Two messages are values of ours: both are seconds in field 1 and nanoseconds in field 2. */
function fromMessage(typeUrl: string, bytes: Uint8Array): unknown {
  const fields = readVarints(bytes);
  const nanos = (fields.get(1) ?? 0n) * NANOS_PER_SECOND + (fields.get(2) ?? 0n);
  if (typeUrl.endsWith('/google.protobuf.Timestamp')) return new Timestamp(nanos);
  if (typeUrl.endsWith('/google.protobuf.Duration')) return new Duration(nanos);
  throw new TypeError(`no value of ours: ${typeUrl}`);
}

function readVarints(bytes: Uint8Array): ReadonlyMap<number, bigint> {
  const fields = new Map<number, bigint>();
  let at = 0;
  const next = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  while (at < bytes.length) {
    const field = Number(next() >> 3n);
    fields.set(field, next());
  }
  return fields;
}
