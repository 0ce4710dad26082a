import { fail } from '../evaluation-error.ts';
import { type Overload } from '../functions/overload.ts';
import { kindOf, spoken, type Kind } from '../values/kind.ts';
import { placed } from './errors.ts';

/** Calls the overload that takes arguments of these kinds. */
export function call(overloads: readonly Overload[], args: readonly unknown[], at: number): unknown {
  const kinds = args.map(kindOf);
  const exact = overloads.find(({ parameters }) => parameters.every((kind, index) => takes(kind, kinds[index])));
  if (exact !== undefined) return run(exact, args, at);
  // JSON has one type of number, so where an int is needed a double without decimals is one.
  const whole = args.map(wholeAsInt);
  const wholeKinds = whole.map(kindOf);
  const coerced = overloads.find(({ parameters }) => parameters.every((kind, index) => takes(kind, wholeKinds[index])));
  if (coerced !== undefined) return run(coerced, whole, at);
  return fail(`${overloads[0]?.name ?? 'the function'}() can't take ${kinds.map(spoken).join(' and ')}`, at);
}

function takes(parameter: Overload['parameters'][number], kind: Kind | undefined): boolean {
  return parameter === kind || parameter === 'dyn';
}

function wholeAsInt(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function run(overload: Overload, args: readonly unknown[], at: number): unknown {
  try {
    return (overload.run as (...args: readonly unknown[]) => unknown)(...args);
  } catch (error) {
    throw placed(error, at);
  }
}
