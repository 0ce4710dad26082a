import { EvaluationError } from '../evaluation-error.ts';
import { functionNames, functions } from '../functions/all.ts';
import { type Overload } from '../functions/overload.ts';
import { Refusal } from '../problem.ts';
import { compilePattern } from '../runtime/patterns.ts';
import { nearest } from '../syntax/nearest.ts';
import { type Node, type NodeOf } from '../syntax/node.ts';
import { BOOL, DYN, join, showType, type Type } from '../types/type.ts';
import { emitHas } from './access.ts';
import { type Code, type Emitter, type Place } from './code.ts';
import { emitBind, emitMacro, isMacro, macroNames } from './macros.ts';

/** What other languages call it. */
const FOREIGN: Readonly<Record<string, string>> = {
  len: 'use size(…)',
  length: 'use size(…)',
  count: 'use size(…)',
  lower: 'use lowerAscii()',
  toLowerCase: 'use lowerAscii()',
  upper: 'use upperAscii()',
  toUpperCase: 'use upperAscii()',
  includes: 'use contains(…)',
  match: 'use matches(…)',
  substr: 'use substring(…)',
  slice: 'use substring(…)',
  strip: 'use trim()',
  any: 'use exists(x, …)',
  some: 'use exists(x, …)',
  every: 'use all(x, …)',
  float: 'use double(…)',
  number: 'use double(…)',
  str: 'use string(…)',
  date: 'use timestamp(…)',
  now: 'there is no clock; message.time is when the stream stored the message',
  exists: 'write has(event.field), or list.exists(x, …)',
};

export const emitCall: Emitter<NodeOf<'call'>> = (node, place) => {
  const { name, target, args, at } = node;
  if (target === undefined && name === 'has') return emitHas(args, at, place);
  if (target === undefined && name === 'dyn') return emitDyn(args, at, place);
  if (isNamespace(target, 'cel', place) && name === 'bind') return emitBind(args, at, place);
  if (isNamespace(target, 'math', place))
    return emitFunction(`math.${name}`, undefined, extremes(name, args), at, place);
  if (target !== undefined && isMacro(name)) return emitMacro(name, target, args, at, place);
  return emitFunction(name, target, args, at, place);
};

function isNamespace(node: Node | undefined, name: string, { scope }: Place): boolean {
  return node?.kind === 'name' && node.name === name && !scope.has(name);
}

/** math.greatest(a, b) is math.greatest([a, b]). */
function extremes(name: string, args: readonly Node[]): readonly Node[] {
  const [first] = args;
  if ((name !== 'greatest' && name !== 'least') || first === undefined || args.length < 2) return args;
  return [{ kind: 'list', at: first.at, items: args }];
}

function emitDyn(args: readonly Node[], at: number, place: Place): Code {
  const [value] = args;
  if (value === undefined || args.length !== 1) throw new Refusal('dyn() takes one value', at);
  const { js, throws, isSimple } = place.emit(value, place);
  return { js, throws, isSimple, type: DYN };
}

function emitFunction(name: string, target: Node | undefined, args: readonly Node[], at: number, place: Place): Code {
  const isMethod = target !== undefined;
  const named = functions.filter((overload) => overload.name === name && overload.isMethod === isMethod);
  if (named.length === 0) throw noFunction(name, isMethod, at);
  const nodes = isMethod ? [target, ...args] : args;
  const codes = nodes.map((node) => place.emit(node, place));
  const types = codes.map(({ type }) => type);
  const candidates = named.filter((overload) => mayTake(overload, types));
  if (candidates.length === 0) throw noOverload(name, named, types, at);
  const known = emitKnown(candidates, codes, nodes, at, place);
  if (known !== undefined) return known;
  const type = candidates.map(({ result }) => result).reduce(join);
  const list = codes.map(({ js }) => js).join(', ');
  return { js: `R.call(${place.unit.constant(candidates)}, [${list}], ${at})`, type, throws: true, isSimple: false };
}

function mayTake({ parameters }: Overload, types: readonly Type[]): boolean {
  const fits = (type: Type, index: number): boolean =>
    type.kind === 'dyn' || parameters[index] === 'dyn' || parameters[index] === type.kind;
  return parameters.length === types.length && types.every(fits);
}

const PREPARED: Readonly<Record<string, true>> = { timestamp: true, duration: true };
const INLINE: Readonly<Record<string, string>> = {
  contains: 'includes',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
};

/** What can be done or found wrong now, because an argument is a text in the expression itself. */
function emitKnown(
  candidates: readonly Overload[],
  codes: readonly Code[],
  nodes: readonly Node[],
  at: number,
  place: Place,
): Code | undefined {
  const [overload] = candidates as readonly [Overload];
  const last = codes.at(-1);
  if (typeof last?.literal !== 'string') return undefined;
  if (Object.hasOwn(PREPARED, overload.name)) return prepared(overload, last.literal, nodes[0]?.at ?? at, place);
  if (overload.name === 'matches')
    return emitMatches(candidates, codes, last.literal, nodes.at(-1)?.at ?? at, at, place);
  const [text] = codes;
  const js = Object.hasOwn(INLINE, overload.name) ? INLINE[overload.name] : undefined;
  // In a loop the function itself counts the work.
  if (js === undefined || text === undefined || place.isLooping) return undefined;
  return guarded(text, (value) => `${value}.${js}(${last.js})`, candidates, last.js, at, place);
}

/** `timestamp("…")`, read once. */
function prepared(overload: Overload, text: string, at: number, place: Place): Code {
  try {
    const value = (overload.run as (text: string) => unknown)(text);
    return { js: place.unit.constant(value), type: overload.result, throws: false, isSimple: true };
  } catch (error) {
    throw error instanceof EvaluationError ? new Refusal(error.message, at) : error;
  }
}

function emitMatches(
  candidates: readonly Overload[],
  codes: readonly Code[],
  source: string,
  patternAt: number,
  at: number,
  place: Place,
): Code | undefined {
  const pattern = compilePattern(source);
  if (typeof pattern === 'string') {
    throw new Refusal(
      `not a regular expression of RE2: ${pattern}`,
      patternAt,
      'RE2 has no look-around and no back-references',
    );
  }
  const [text, literal] = codes;
  if (text === undefined || literal === undefined) return undefined;
  const constant = place.unit.constant(pattern);
  return guarded(text, (value) => `R.matchesPattern(${value}, ${constant})`, candidates, literal.js, at, place);
}

/** A function of a text and a literal: directly for a text, through the overloads for anything else. */
function guarded(
  text: Code,
  direct: (js: string) => string,
  candidates: readonly Overload[],
  argument: string,
  at: number,
  place: Place,
): Code {
  const name = place.unit.fresh();
  place.lines.push(`const ${name} = ${text.js};`);
  const result = { type: BOOL, throws: true, isSimple: false };
  if (text.type.kind === 'string') return { ...result, js: direct(name) };
  const slow = `R.call(${place.unit.constant(candidates)}, [${name}, ${argument}], ${at})`;
  return { ...result, js: `(typeof ${name} === 'string' ? ${direct(name)} : ${slow})` };
}

function noFunction(name: string, isMethod: boolean, at: number): Refusal {
  const foreign = Object.hasOwn(FOREIGN, name) ? FOREIGN[name] : undefined;
  const message = `no such ${isMethod ? 'method' : 'function'}: ${name}()`;
  if (functionNames.has(name))
    return new Refusal(message, at, isMethod ? `write ${name}(value)` : `write value.${name}(…)`);
  if (foreign !== undefined) return new Refusal(message, at, foreign);
  const near = nearest(name, [...functionNames, ...macroNames, 'has', 'dyn']);
  return new Refusal(message, at, near === undefined ? undefined : `did you mean ${near}()?`);
}

function noOverload(name: string, named: readonly Overload[], types: readonly Type[], at: number): Refusal {
  const found = types.map(showType).join(', ');
  const known = named.map(({ signature }) => signature).join(' or ');
  return new Refusal(`${name}() can't take ${found === '' ? 'nothing' : found}`, at, `it is ${known}`);
}
