import { fail } from '../evaluation-error.ts';
import { formatDuration, type Duration } from '../values/duration.ts';
import { kindOf, spoken } from '../values/kind.ts';
import { formatTimestamp, type Timestamp } from '../values/timestamp.ts';
import { type Uint } from '../values/uint.ts';

/** A value as `string(…)` writes it. Null, lists, maps and bytes are no texts. Throws an EvaluationError. */
export function textOf(value: unknown): string {
  const kind = kindOf(value);
  switch (kind) {
    case 'string':
      return value as string;
    case 'bool':
    case 'int':
    case 'double':
      return String(value);
    case 'uint':
      return String((value as Uint).$value);
    case 'timestamp':
      return formatTimestamp(value as Timestamp);
    case 'duration':
      return formatDuration(value as Duration);
    case 'null':
    case 'list':
    case 'map':
    case 'bytes':
    case 'type':
    case 'inexact':
      return fail(`the template needs a text, found ${spoken(kind)}`);
  }
}
