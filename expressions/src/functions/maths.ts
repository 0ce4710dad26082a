import { fail } from '../evaluation-error.ts';
import { burn } from '../runtime/budget.ts';
import { isNumeric, order, type Numeric } from '../runtime/compare.ts';
import { kindOf, spoken } from '../values/kind.ts';
import { MAX_INT, Uint } from '../values/uint.ts';
import { overload, type Overload } from './overload.ts';

/** The part of CEL's math extension that data jobs use. What rounds takes ints too and gives them back. */
export const mathFunctions = [
  ...rounding('math.ceil', Math.ceil),
  ...rounding('math.floor', Math.floor),
  ...rounding('math.trunc', Math.trunc),
  ...rounding('math.round', roundHalfAway),
  overload('math.abs(double): double', Math.abs),
  overload('math.abs(int): int', (value: bigint) => absolute(value)),
  overload('math.abs(uint): uint', (value: Uint) => value),
  overload('math.sign(double): double', Math.sign),
  overload('math.sign(int): int', (value: bigint) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
  overload('math.sign(uint): uint', ({ $value }: Uint) => new Uint($value > 0n ? 1n : 0n)),
  overload('math.sqrt(double): double', Math.sqrt),
  overload('math.sqrt(int): double', (value: bigint) => Math.sqrt(Number(value))),
  overload('math.isNaN(double): bool', Number.isNaN),
  overload('math.isInf(double): bool', (value: number) => Math.abs(value) === Infinity),
  overload('math.isFinite(double): bool', Number.isFinite),
  ...extremes('math.greatest', 1),
  ...extremes('math.least', -1),
];

function rounding(name: string, round: (value: number) => number): Overload[] {
  return [overload(`${name}(double): double`, round), overload(`${name}(int): int`, (value: bigint) => value)];
}

/** Halves go away from zero, as in CEL; JavaScript's go up. */
function roundHalfAway(value: number): number {
  const down = Math.trunc(value);
  return Math.abs(value - down) >= 0.5 ? down + Math.sign(value) : down;
}

function absolute(value: bigint): bigint {
  const size = value < 0n ? -value : value;
  return size <= MAX_INT ? size : fail('int overflow');
}

/** Of a list, or of one number: that number. */
function extremes(name: string, sign: 1 | -1): Overload[] {
  const ofOne = (['int', 'uint', 'double'] as const).map((kind) =>
    overload(`${name}(${kind}): ${kind}`, (value: Numeric) => value),
  );
  return [overload(`${name}(list): any`, (list: readonly unknown[]) => extreme(list, sign)), ...ofOne];
}

function extreme(list: readonly unknown[], sign: 1 | -1): Numeric {
  burn(list.length);
  let best: Numeric | undefined;
  for (const value of list) {
    if (!isNumeric(value)) return fail(`needs numbers, found ${spoken(kindOf(value))}`);
    if (best === undefined || order(value, best, '<') * sign > 0) best = value;
  }
  return best ?? fail('the list is empty');
}
