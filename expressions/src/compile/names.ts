import { Refusal } from '../problem.ts';
import { nearest } from '../syntax/nearest.ts';
import { type NodeOf } from '../syntax/node.ts';
import { TYPE } from '../types/type.ts';
import { TYPE_NAMES } from '../values/type-value.ts';
import { type Code, type Emitter, type Place } from './code.ts';
import { MESSAGE_FIELDS } from './message-fields.ts';

const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  True: 'write true',
  TRUE: 'write true',
  False: 'write false',
  FALSE: 'write false',
  None: 'write null',
  nil: 'write null',
  NULL: 'write null',
  undefined: 'ask has(event.field) instead',
};

export const emitName: Emitter<NodeOf<'name'>> = ({ name, at }, place) => {
  const binding = place.scope.get(name);
  if (binding !== undefined) return { js: binding.js, type: binding.type, throws: false, isSimple: true };
  if (name === 'message') {
    throw new Refusal('message has no value of its own', at, `read one of its fields: ${fieldList()}`);
  }
  const type = TYPE_NAMES.get(name);
  if (type !== undefined) return typeCode(type, place);
  throw new Refusal(`no such name: ${name}`, at, hint(name, place));
};

function typeCode(type: unknown, place: Place): Code {
  return { js: place.unit.constant(type), type: TYPE, throws: false, isSimple: true };
}

/** `google.protobuf.Timestamp` and such, which read like fields of fields. */
export function qualifiedTypeName(node: NodeOf<'select'>, place: Place): Code | undefined {
  const { of, field } = node;
  if (of.kind !== 'select' || of.of.kind !== 'name' || place.scope.has(of.of.name)) return undefined;
  const type = TYPE_NAMES.get(`${of.of.name}.${of.field}.${field}`);
  return type === undefined ? undefined : typeCode(type, place);
}

function hint(name: string, { scope }: Place): string {
  const foreign = FOREIGN_NAMES[name];
  if (foreign !== undefined && Object.hasOwn(FOREIGN_NAMES, name)) return foreign;
  const known = [...scope.keys(), 'message'];
  const near = nearest(name, known);
  if (near !== undefined) return `did you mean ${near}?`;
  return `there are ${known.join(', ')}; a field of the event is event.${name}`;
}

export function fieldList(): string {
  return Object.keys(MESSAGE_FIELDS)
    .map((field) => `message.${field}`)
    .join(', ');
}
