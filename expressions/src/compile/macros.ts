import { Refusal } from '../problem.ts';
import { type Node } from '../syntax/node.ts';
import { BOOL, DYN, elementType, keyType, listOf, showType, type Type } from '../types/type.ts';
import { asBool, held, type Code, type Place } from './code.ts';

type MacroName = 'all' | 'exists' | 'exists_one' | 'map' | 'filter';

const ARGUMENT_COUNTS: Readonly<Record<MacroName, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  map: [2, 3],
  filter: [2],
};

export const macroNames = Object.keys(ARGUMENT_COUNTS);

export function isMacro(name: string): name is MacroName {
  return Object.hasOwn(ARGUMENT_COUNTS, name);
}

/** `list.all(x, …)` and its like, as a loop. */
export function emitMacro(name: MacroName, target: Node, args: readonly Node[], at: number, place: Place): Code {
  if (!ARGUMENT_COUNTS[name].includes(args.length)) {
    throw new Refusal(`${name}() takes a variable and an expression`, at, `write list.${name}(x, …)`);
  }
  const list = place.emit(target, place);
  const variable = variableName(args[0], name, at);
  const loop = openLoop(list, variable, target, at, place);
  const bodies = args.slice(1);
  if (name === 'all' || name === 'exists') return emitQuantifier(name, bodies, loop);
  if (name === 'exists_one') return emitExistsOne(bodies, loop);
  return name === 'filter' ? emitFilter(bodies, loop) : emitMapping(bodies, loop);
}

/** `cel.bind(x, value, …x…)`: a name for a value. */
export function emitBind(args: readonly Node[], at: number, place: Place): Code {
  const [name, value, body] = args;
  if (value === undefined || body === undefined || args.length !== 3)
    throw new Refusal('cel.bind() takes a name, a value and an expression', at);
  const bound = held(place.emit(value, place), place);
  const scope = new Map(place.scope).set(variableName(name, 'cel.bind', at), { js: bound.js, type: bound.type });
  const code = place.emit(body, { ...place, scope });
  return { ...code, throws: code.throws || bound.throws };
}

function variableName(node: Node | undefined, macro: string, at: number): string {
  if (node?.kind === 'name') return node.name;
  throw new Refusal(`${macro}() needs a name as its first argument`, node?.at ?? at);
}

type Loop = {
  readonly outside: Place;
  readonly inside: Place;
  /** The variable's JavaScript name and type. */
  readonly item: string;
  readonly itemType: Type;
  /** The line that opens the loop, up to its brace. */
  readonly head: string;
};

function openLoop(list: Code, variable: string, target: Node, at: number, outside: Place): Loop {
  const { kind } = list.type;
  if (kind !== 'list' && kind !== 'map' && kind !== 'dyn') {
    throw new Refusal(`needs a list or a map, found ${showType(list.type)}`, target.at);
  }
  const itemType = kind === 'list' ? elementType(list.type) : kind === 'map' ? keyType(list.type) : DYN;
  const item = outside.unit.fresh();
  const scope = new Map(outside.scope).set(variable, { js: item, type: itemType });
  const inside: Place = { ...outside, lines: [`R.burn(1, ${at});`], scope, isLooping: true };
  return { outside, inside, item, itemType, head: `for (const ${item} of R.range(${list.js}, ${target.at})) {` };
}

function emitPredicate(bodies: readonly Node[], { inside }: Loop): string {
  const [body] = bodies as readonly [Node];
  const code = inside.emit(body, inside);
  if (code.type.kind !== 'bool' && code.type.kind !== 'dyn') {
    throw new Refusal(`needs a bool, found ${showType(code.type)}`, body.at);
  }
  return asBool(code, body.at);
}

/** As with `&&` and `||`, an element that decides wins over one that fails. */
function emitQuantifier(name: 'all' | 'exists', bodies: readonly Node[], loop: Loop): Code {
  const { unit, lines } = loop.outside;
  const [result, error] = [unit.fresh(), unit.fresh()];
  const predicate = emitPredicate(bodies, loop);
  const undecided = name === 'all' ? result : `!${result}`;
  lines.push(`let ${result} = ${String(name === 'all')}, ${error};`, loop.head, 'try {', ...loop.inside.lines);
  lines.push(`${result} = ${predicate};`, `} catch (e) { ${error} = R.absorb(e); }`);
  lines.push(`if (!(${undecided})) break;`, '}', `if (${undecided} && ${error} !== undefined) throw ${error};`);
  return { js: result, type: BOOL, throws: true, isSimple: true };
}

function emitExistsOne(bodies: readonly Node[], loop: Loop): Code {
  const { unit, lines } = loop.outside;
  const count = unit.fresh();
  const predicate = emitPredicate(bodies, loop);
  lines.push(`let ${count} = 0;`, loop.head, ...loop.inside.lines, `if (${predicate}) ${count}++;`, '}');
  return { js: `(${count} === 1)`, type: BOOL, throws: true, isSimple: false };
}

function emitFilter(bodies: readonly Node[], loop: Loop): Code {
  const { unit, lines } = loop.outside;
  const kept = unit.fresh();
  const predicate = emitPredicate(bodies, loop);
  lines.push(
    `const ${kept} = [];`,
    loop.head,
    ...loop.inside.lines,
    `if (${predicate}) ${kept}.push(${loop.item});`,
    '}',
  );
  return { js: kept, type: listOf(loop.itemType), throws: true, isSimple: true };
}

function emitMapping(bodies: readonly Node[], loop: Loop): Code {
  const { unit, lines } = loop.outside;
  const made = unit.fresh();
  const [first, second] = bodies as readonly [Node, Node?];
  if (second !== undefined) {
    const predicate = emitPredicate(bodies, loop);
    loop.inside.lines.push(`if (!(${predicate})) continue;`);
  }
  const code = loop.inside.emit(second ?? first, loop.inside);
  lines.push(`const ${made} = [];`, loop.head, ...loop.inside.lines, `${made}.push(${code.js});`, '}');
  return { js: made, type: listOf(code.type), throws: true, isSimple: true };
}
