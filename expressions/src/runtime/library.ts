import { timestampFromMs, type Timestamp } from '../values/timestamp.ts';
import { field, hasField, index, makeMap, range } from './access.ts';
import { add, divide, multiply, negate, not, remainder, subtract } from './arithmetic.ts';
import { burn, refill } from './budget.ts';
import { call } from './call.ts';
import { greater, greaterOrEqual, less, lessOrEqual } from './compare.ts';
import { contains, equal, notEqual } from './equal.ts';
import { absorb, bool, boolResult, located } from './errors.ts';
import { output } from './output.ts';
import { matchesPattern } from './patterns.ts';

/** Everything that compiled code calls, as R. */
export const library = Object.freeze({
  absorb,
  add,
  bool,
  boolResult,
  burn,
  call,
  contains,
  divide,
  equal,
  field,
  greater,
  greaterOrEqual,
  hasField,
  index,
  less,
  lessOrEqual,
  located,
  makeMap,
  matchesPattern,
  multiply,
  negate,
  not,
  notEqual,
  output,
  range,
  refill,
  remainder,
  subtract,
  timeOf,
});

function timeOf(time: Date | number): Timestamp {
  return timestampFromMs(typeof time === 'number' ? time : time.getTime());
}
