import { Refusal } from '../problem.ts';
import { isPlainFieldName } from '../runtime/access.ts';
import { nearest } from '../syntax/nearest.ts';
import { type Node, type NodeOf } from '../syntax/node.ts';
import { BOOL, DYN, elementType, keyType, showType } from '../types/type.ts';
import { held, quote, type Code, type Emitter, type Place } from './code.ts';
import { MESSAGE_FIELDS, messageField } from './message-fields.ts';
import { fieldList, qualifiedTypeName } from './names.ts';

export const emitSelect: Emitter<NodeOf<'select'>> = (node, place) => {
  const { of, field, at } = node;
  if (isMessage(of, place)) return emitMessageField(field, at);
  return qualifiedTypeName(node, place) ?? emitField(place.emit(of, place), field, at, place);
};

export const emitIndex: Emitter<NodeOf<'index'>> = ({ of, index, at }, place) => {
  if (isMessage(of, place)) throw new Refusal('message is no map', at, `read one of its fields: ${fieldList()}`);
  const code = place.emit(of, place);
  const key = place.emit(index, place);
  if (typeof key.literal === 'string' && code.type.kind !== 'list') return emitField(code, key.literal, at, place);
  checkIndex(code, key, at);
  const type = code.type.kind === 'dyn' ? DYN : elementType(code.type);
  const fast = typeof key.literal === 'bigint' && key.literal >= 0n ? held(code, place) : undefined;
  if (fast === undefined) return { js: `R.index(${code.js}, ${key.js}, ${at})`, type, throws: true, isSimple: false };
  return { js: emitElement(fast.js, key, at, place), type, throws: true, isSimple: true };
};

/** `list[0]` without a bigint. No element is undefined, so undefined is for the general function to explain. */
function emitElement(list: string, key: Code, at: number, { unit, lines }: Place): string {
  const name = unit.fresh();
  lines.push(`let ${name} = Array.isArray(${list}) ? ${list}[${Number(key.literal)}] : undefined;`);
  lines.push(`if (${name} === undefined) ${name} = R.index(${list}, ${key.js}, ${at});`);
  return name;
}

function checkIndex({ type }: Code, key: Code, at: number): void {
  const kind = key.type.kind;
  if (type.kind !== 'dyn' && type.kind !== 'list' && type.kind !== 'map') {
    throw new Refusal(`can't index a ${showType(type)}`, at);
  }
  if (type.kind === 'list' && kind !== 'dyn' && kind !== 'int' && kind !== 'uint') {
    throw new Refusal(`a list's index must be an int, found ${kind}`, at);
  }
  if (type.kind === 'map' && kind !== 'dyn' && keyType(type).kind !== 'dyn' && keyType(type).kind !== kind) {
    throw new Refusal(`the keys of the map are of type ${showType(keyType(type))}, found ${kind}`, at);
  }
}

function emitField(of: Code, field: string, at: number, place: Place): Code {
  const { type } = of;
  if (type.kind !== 'dyn' && type.kind !== 'map') {
    const hint = field === 'length' || field === 'size' || field === 'count' ? 'write size(…)' : undefined;
    throw new Refusal(`a ${showType(type)} has no field ${field}`, at, hint);
  }
  const result = { type: type.kind === 'map' ? elementType(type) : DYN, throws: true };
  if (!isPlainFieldName(field)) return { ...result, js: `R.field(${of.js}, ${quote(field)}, ${at})`, isSimple: false };
  const base = held(of, place);
  const name = place.unit.fresh();
  place.lines.push(`let ${name} = ${base.js}?.[${quote(field)}];`);
  place.lines.push(`if (${name} === undefined) ${name} = R.field(${base.js}, ${quote(field)}, ${at});`);
  return { ...result, js: name, isSimple: true };
}

function emitMessageField(name: string, at: number): Code {
  const field = messageField(name);
  if (field !== undefined) return { ...field, throws: false, isSimple: false };
  const near = nearest(name, Object.keys(MESSAGE_FIELDS));
  const hint = near === undefined ? `there are ${fieldList()}` : `did you mean message.${near}?`;
  throw new Refusal(`message has no field ${name}`, at, hint);
}

function isMessage(node: Node, { scope }: Place): boolean {
  return node.kind === 'name' && node.name === 'message' && !scope.has('message');
}

/** `has(a.b)`: whether the field is there. What stands before it must be. */
export function emitHas(args: readonly Node[], at: number, place: Place): Code {
  const argument = fieldAsked(args);
  if (argument === undefined) throw new Refusal('has() takes one field', args[0]?.at ?? at, 'write has(event.name)');
  const { field } = argument;
  if (isMessage(argument.of, place)) {
    emitMessageField(field, argument.at);
    return place.emit({ kind: 'literal', at, value: true }, place);
  }
  const of = place.emit(argument.of, place);
  if (of.type.kind !== 'dyn' && of.type.kind !== 'map') {
    throw new Refusal(`a ${showType(of.type)} has no fields`, argument.at);
  }
  const js = `R.hasField(${of.js}, ${quote(field)})`;
  return { js, type: BOOL, throws: of.throws, isSimple: false };
}

/** `a.b` or `a["b"]`. */
function fieldAsked(args: readonly Node[]): Omit<NodeOf<'select'>, 'kind'> | undefined {
  const [argument] = args;
  if (args.length !== 1 || argument === undefined) return undefined;
  if (argument.kind === 'select') return argument;
  if (argument.kind !== 'index' || argument.index.kind !== 'literal') return undefined;
  const { value } = argument.index;
  return typeof value === 'string' ? { at: argument.at, of: argument.of, field: value } : undefined;
}
