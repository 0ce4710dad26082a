import { collectionFunctions } from './collections.ts';
import { conversions } from './conversions.ts';
import { mathFunctions } from './maths.ts';
import { type Overload } from './overload.ts';
import { stringFunctions } from './strings.ts';
import { timeFunctions } from './times.ts';

/** Every function that an expression can call; macros and `dyn` are the compiler's. */
export const functions: readonly Overload[] = [
  ...collectionFunctions,
  ...stringFunctions,
  ...conversions,
  ...timeFunctions,
  ...mathFunctions,
];

export const functionNames: ReadonlySet<string> = new Set(functions.map(({ name }) => name));
