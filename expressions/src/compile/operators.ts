import { Refusal } from '../problem.ts';
import { type BinaryOperator, type NodeOf } from '../syntax/node.ts';
import { BOOL, DOUBLE, INT, showType, type Type } from '../types/type.ts';
import { held, quote, type Code, type Emitter, type Place } from './code.ts';
import { binaryType } from './operator-types.ts';

/** The function that knows every kind of operand. */
const GENERAL: Readonly<Record<BinaryOperator, string>> = {
  '+': 'R.add',
  '-': 'R.subtract',
  '*': 'R.multiply',
  '/': 'R.divide',
  '%': 'R.remainder',
  '==': 'R.equal',
  '!=': 'R.notEqual',
  '<': 'R.less',
  '<=': 'R.lessOrEqual',
  '>': 'R.greater',
  '>=': 'R.greaterOrEqual',
  in: 'R.contains',
};

/** The longest list that `in` compares one by one in the code itself. */
const MAX_INLINE_CHOICES = 16;

export const emitBinary: Emitter<NodeOf<'binary'>> = ({ operator, left, right, at }, place) => {
  const a = held(place.emit(left, place), place);
  const b = held(place.emit(right, place), place);
  const type = binaryType(operator, a.type, b.type);
  if (type === undefined) throw noOverload(operator, a.type, b.type, at);
  const general = `${GENERAL[operator]}(${a.js}, ${b.js}, ${at})`;
  const fast = operator === 'in' ? undefined : (fastNumbers(operator, a, b) ?? fastTexts(operator, a, b, place));
  const choice = operator === 'in' && right.kind === 'list' ? fastChoice(a, right) : fast;
  if (choice === undefined) return { js: general, type, throws: true, isSimple: false };
  if (choice.guard === '') return { js: choice.js, type, throws: a.throws || b.throws, isSimple: false };
  return { js: `(${choice.guard} ? ${choice.js} : ${general})`, type, throws: true, isSimple: false };
};

/** JavaScript that is right while `guard` holds; an empty guard always does. */
type Fast = { readonly guard: string; readonly js: string };

const JS_OPERATORS: Readonly<Record<string, string>> = { '==': '===', '!=': '!==' };

/** Doubles, and what is compared or calculated with an int literal that a double holds exactly. */
function fastNumbers(operator: BinaryOperator, a: Code, b: Code): Fast | undefined {
  const x = asNumber(a);
  const y = asNumber(b);
  if (x === undefined || y === undefined || (a.type === INT && b.type === INT)) return undefined;
  const guard = [x.guard, y.guard].filter((part) => part !== '').join(' && ');
  return { guard, js: `(${x.js} ${JS_OPERATORS[operator] ?? operator} ${y.js})` };
}

function asNumber(code: Code): Fast | undefined {
  if (typeof code.literal === 'bigint') {
    const number = Number(code.literal);
    return Number.isSafeInteger(number) ? { guard: '', js: `(${number})` } : undefined;
  }
  if (code.type.kind === 'double') return { guard: '', js: code.js };
  return code.type.kind === 'dyn' ? { guard: `typeof ${code.js} === 'number'`, js: code.js } : undefined;
}

/** Texts that are compared for equality or joined. Ordering needs code points, and a loop counts what it joins. */
function fastTexts(operator: BinaryOperator, a: Code, b: Code, { isLooping }: Place): Fast | undefined {
  if (operator !== '==' && operator !== '!=' && (operator !== '+' || isLooping)) return undefined;
  if (a.type.kind !== 'string' && b.type.kind !== 'string') return undefined;
  const guards = [a, b].map(({ type, js }) => (type.kind === 'string' ? '' : `typeof ${js} === 'string'`));
  return { guard: guards.join(''), js: `(${a.js} ${JS_OPERATORS[operator] ?? operator} ${b.js})` };
}

/** `x in ["a", "b"]` as comparisons. */
function fastChoice(value: Code, { items }: NodeOf<'list'>): Fast | undefined {
  if (items.length === 0 || items.length > MAX_INLINE_CHOICES) return undefined;
  const texts = items.map((item) =>
    item.kind === 'literal' && typeof item.value === 'string' ? item.value : undefined,
  );
  if (texts.includes(undefined)) return undefined;
  const js = `(${texts.map((text) => `${value.js} === ${quote(text ?? '')}`).join(' || ')})`;
  if (value.type.kind === 'string') return { guard: '', js };
  return value.type.kind === 'dyn' ? { guard: `typeof ${value.js} === 'string'`, js } : undefined;
}

export const emitUnary: Emitter<NodeOf<'unary'>> = ({ operator, of, at }, place) => {
  const code = held(place.emit(of, place), place);
  const { kind } = code.type;
  if (operator === '!') {
    if (kind === 'bool') return { js: `!${code.js}`, type: BOOL, throws: code.throws, isSimple: false };
    if (kind !== 'dyn') throw new Refusal(`can't apply ! to a ${showType(code.type)}`, at);
    return { js: `R.not(${code.js}, ${at})`, type: BOOL, throws: true, isSimple: false };
  }
  if (kind === 'double') return { js: `(-${code.js})`, type: DOUBLE, throws: code.throws, isSimple: false };
  if (kind !== 'dyn' && kind !== 'int') throw new Refusal(`can't apply - to a ${showType(code.type)}`, at);
  return { js: `R.negate(${code.js}, ${at})`, type: code.type, throws: true, isSimple: false };
};

function noOverload(operator: BinaryOperator, a: Type, b: Type, at: number): Refusal {
  return new Refusal(`can't apply ${operator} to ${showType(a)} and ${showType(b)}`, at, operandHint(operator, a, b));
}

function operandHint(operator: BinaryOperator, a: Type, b: Type): string | undefined {
  const kinds = [a.kind, b.kind];
  if (operator === '+' && kinds.includes('string')) return 'turn the other into a text with string(…)';
  if (operator === 'in') return 'after in comes a list or a map; for a part of a text, use text.contains("x")';
  if (kinds.includes('null')) return 'only a field of the event can be null';
  if (kinds.includes('string') && kinds.includes('timestamp')) return 'read the text with timestamp(…)';
  if (kinds.includes('string') && kinds.includes('duration')) return 'read the text with duration(…)';
  if (kinds.includes('string')) return 'convert one of them with string(…) or double(…)';
  return kinds.includes('uint') ? 'convert one of them with int(…) or uint(…)' : undefined;
}
