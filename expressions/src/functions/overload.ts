import { DYN, listOf, STRING, type Type } from '../types/type.ts';

export type ParameterKind = Type['kind'];

/** One way to call a function. A method's receiver is its first parameter. */
export type Overload = {
  readonly name: string;
  readonly isMethod: boolean;
  readonly parameters: readonly ParameterKind[];
  readonly result: Type;
  /** As docs and errors show it: "string.contains(string): bool". */
  readonly signature: string;
  /** Called with arguments of just those kinds; throws EvaluationErrors without a place. */
  readonly run: (...args: never[]) => unknown;
};

/** Reads "string.contains(string): bool" or "size(list): int". `any` takes every kind. */
export function overload(signature: string, run: (...args: never[]) => unknown): Overload {
  const match = /^(?:(\w+)\.)?([\w.]+)\((.*)\): (.+)$/.exec(signature);
  if (match === null) throw new TypeError(`not a signature: ${signature}`);
  const [, prefix, name = '', list = '', result = ''] = match;
  const parameters = list === '' ? [] : list.split(', ').map(kind);
  const isMethod = prefix !== undefined && prefix !== 'math';
  return {
    name: prefix === 'math' ? `math.${name}` : name,
    isMethod,
    parameters: isMethod ? [kind(prefix), ...parameters] : parameters,
    result: result === 'list<string>' ? listOf(STRING) : result === 'any' ? DYN : { kind: kind(result) },
    signature,
    run,
  };
}

const kind = (word: string): ParameterKind => (word === 'any' ? 'dyn' : (word as ParameterKind));
