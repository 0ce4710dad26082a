import { type BinaryOperator } from '../syntax/node.ts';
import {
  BOOL,
  BYTES,
  canEqual,
  DOUBLE,
  DURATION,
  DYN,
  elementType,
  INT,
  isNumericType,
  join,
  keyType,
  listOf,
  STRING,
  TIMESTAMP,
  UINT,
  type Type,
} from '../types/type.ts';

const ORDERED: ReadonlySet<string> = new Set(['bool', 'string', 'bytes', 'timestamp', 'duration']);
const ADDABLE: readonly Type[] = [INT, UINT, DOUBLE, STRING, BYTES, listOf(DYN), TIMESTAMP, DURATION];

/** The type of `a operator b`, or undefined when no values of these types can be its operands. */
export function binaryType(operator: BinaryOperator, a: Type, b: Type): Type | undefined {
  switch (operator) {
    case '==':
    case '!=':
      return canEqual(a, b) ? BOOL : undefined;
    case 'in':
      return canContain(a, b) ? BOOL : undefined;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return canOrder(a, b) ? BOOL : undefined;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmeticType(operator, a, b);
  }
}

function canContain(value: Type, container: Type): boolean {
  if (container.kind === 'dyn') return true;
  if (container.kind === 'list') return canEqual(value, elementType(container));
  return container.kind === 'map' && canEqual(value, keyType(container));
}

function canOrder(a: Type, b: Type): boolean {
  if (a.kind === 'dyn') return b.kind === 'dyn' || isNumericType(b) || ORDERED.has(b.kind);
  if (b.kind === 'dyn') return canOrder(b, a);
  return (isNumericType(a) && isNumericType(b)) || (a.kind === b.kind && ORDERED.has(a.kind));
}

type Arithmetic = Exclude<BinaryOperator, '==' | '!=' | 'in' | '<' | '<=' | '>' | '>='>;

function arithmeticType(operator: Arithmetic, a: Type, b: Type): Type | undefined {
  const lefts = a.kind === 'dyn' ? ADDABLE : [a];
  const rights = b.kind === 'dyn' ? ADDABLE : [b];
  const results = lefts.flatMap((left) => rights.map((right) => concreteType(operator, left, right)));
  const possible = results.filter((type) => type !== undefined);
  return possible.length === 0 ? undefined : possible.reduce(join);
}

function concreteType(operator: Arithmetic, a: Type, b: Type): Type | undefined {
  if (isNumericType(a) && isNumericType(b)) return numericType(a, b);
  if (operator === '+') return sumType(a, b);
  if (operator !== '-') return undefined;
  if (a.kind === 'timestamp') return b.kind === 'timestamp' ? DURATION : b.kind === 'duration' ? TIMESTAMP : undefined;
  return a.kind === 'duration' && b.kind === 'duration' ? DURATION : undefined;
}

/** An int and a double give a double, as JSON has doubles only; an int and a uint don't mix. */
function numericType(a: Type, b: Type): Type | undefined {
  if (a.kind === b.kind) return a;
  return a.kind === 'double' || b.kind === 'double' ? DOUBLE : undefined;
}

function sumType(a: Type, b: Type): Type | undefined {
  if (a.kind === 'timestamp' || b.kind === 'timestamp') {
    return a.kind === 'duration' || b.kind === 'duration' ? TIMESTAMP : undefined;
  }
  if (a.kind !== b.kind) return undefined;
  if (a.kind === 'list') return join(a, b);
  return ['string', 'bytes', 'duration'].includes(a.kind) ? a : undefined;
}
