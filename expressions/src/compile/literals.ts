import { Refusal } from '../problem.ts';
import { type LiteralValue, type NodeOf } from '../syntax/node.ts';
import { BOOL, BYTES, DOUBLE, DYN, INT, join, listOf, mapOf, NULL, STRING, UINT, type Type } from '../types/type.ts';
import { quote, type Code, type Emitter, type Unit } from './code.ts';

export const emitLiteral: Emitter<NodeOf<'literal'>> = ({ value }, { unit }) => literalCode(value, unit);

export function literalCode(value: LiteralValue, unit: Unit): Code {
  return { js: literalJs(value, unit), type: literalType(value), throws: false, isSimple: true, literal: value };
}

function literalJs(value: LiteralValue, unit: Unit): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return value < 0n ? `(${String(value)}n)` : `${String(value)}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '(-0)' : `(${String(value)})`;
  return typeof value === 'boolean' || value === null ? String(value) : unit.constant(value);
}

function literalType(value: LiteralValue): Type {
  if (typeof value === 'string') return STRING;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return DOUBLE;
  if (typeof value === 'boolean') return BOOL;
  if (value === null) return NULL;
  return value instanceof Uint8Array ? BYTES : UINT;
}

export const emitList: Emitter<NodeOf<'list'>> = ({ items }, place) => {
  const codes = items.map((item) => place.emit(item, place));
  const of = codes
    .map(({ type }) => type)
    .reduce<Type | undefined>((a, b) => (a === undefined ? b : join(a, b)), undefined);
  const type = listOf(of ?? DYN);
  // A list of literals is made once. Nothing that runs changes a list.
  if (codes.every(({ literal }) => literal !== undefined)) {
    return { js: place.unit.constant(codes.map(({ literal }) => literal)), type, throws: false, isSimple: true };
  }
  const js = `[${codes.map(({ js }) => js).join(', ')}]`;
  return { js, type, throws: codes.some(({ throws }) => throws), isSimple: false };
};

const KEY_KINDS: readonly string[] = ['string', 'int', 'uint', 'bool', 'dyn'];

export const emitMap: Emitter<NodeOf<'map'>> = ({ entries, at }, place) => {
  const seen = new Set<unknown>();
  const codes = entries.map(([key, value]) => {
    const keyCode = place.emit(key, place);
    if (!KEY_KINDS.includes(keyCode.type.kind)) throw new Refusal(`a ${keyCode.type.kind} can't be a key`, key.at);
    if (keyCode.literal !== undefined && seen.has(keyCode.literal))
      throw new Refusal('the map has this key twice', key.at);
    seen.add(keyCode.literal);
    return [keyCode, place.emit(value, place)] as const;
  });
  const keys = codes.map(([key]) => key.type);
  const values = codes.map(([, value]) => value.type);
  const type = mapOf(keys.length === 0 ? DYN : keys.reduce(join), values.length === 0 ? DYN : values.reduce(join));
  if (codes.every(([key]) => typeof key.literal === 'string')) {
    // A computed key makes "__proto__" a property like any other.
    const js = `({${codes.map(([key, value]) => `[${key.js}]: ${value.js}`).join(', ')}})`;
    return { js, type, throws: codes.some(([, value]) => value.throws), isSimple: false };
  }
  const pairs = codes.map(([key, value]) => `[${key.js}, ${value.js}]`).join(', ');
  return { js: `R.makeMap([${pairs}], ${at})`, type, throws: true, isSimple: false };
};
