import { Refusal } from '../problem.ts';
import { type Node, type NodeOf } from '../syntax/node.ts';
import { BOOL, join, showType } from '../types/type.ts';
import { asBool, branch, type Code, type Emitter, type Place } from './code.ts';

/**
 * CEL's `&&` and `||`: a term that decides wins over another that fails, on either side. So a failing term is kept, and
 * thrown only when no other one decides.
 */
export const emitLogic: Emitter<NodeOf<'logic'>> = ({ operator, terms }, place) => {
  const parts = terms.map((term) => emitTerm(term, operator, place));
  if (parts.every(({ lines, throws }) => lines.length === 0 && !throws)) {
    return { js: `(${parts.map(({ js }) => js).join(` ${operator} `)})`, type: BOOL, throws: false, isSimple: false };
  }
  const { unit, lines } = place;
  const [result, error] = [unit.fresh(), unit.fresh()];
  const undecided = operator === '&&' ? result : `!${result}`;
  lines.push(`let ${result} = ${String(operator === '&&')}, ${error};`);
  parts.forEach((part, position) => {
    // What the last term throws is thrown, whatever was kept: either error is right.
    const isGuarded = part.throws && position < parts.length - 1;
    if (position > 0) lines.push(`if (${undecided}) {`);
    if (isGuarded) lines.push('try {');
    lines.push(...part.lines, `${result} = ${part.js};`);
    if (isGuarded) lines.push(`} catch (e) { ${error} = R.absorb(e); }`);
    if (position > 0) lines.push('}');
  });
  lines.push(`if (${undecided} && ${error} !== undefined) throw ${error};`);
  return { js: result, type: BOOL, throws: parts.some(({ throws }) => throws), isSimple: true };
};

type Term = { readonly js: string; readonly lines: readonly string[]; readonly throws: boolean };

function emitTerm(term: Node, operator: string, place: Place): Term {
  const inside = branch(place);
  const code = place.emit(term, inside);
  if (code.type.kind !== 'bool' && code.type.kind !== 'dyn') {
    throw new Refusal(`${operator} needs bools, found ${showType(code.type)}`, term.at, 'compare it with something');
  }
  return { js: asBool(code, term.at), lines: inside.lines, throws: code.throws || code.type.kind === 'dyn' };
}

export const emitIf: Emitter<NodeOf<'if'>> = ({ test, then, otherwise }, place) => {
  const condition = place.emit(test, place);
  if (condition.type.kind !== 'bool' && condition.type.kind !== 'dyn') {
    throw new Refusal(`? needs a bool before it, found ${showType(condition.type)}`, test.at);
  }
  const [yes, no] = [branch(place), branch(place)];
  const [a, b] = [place.emit(then, yes), place.emit(otherwise, no)];
  const throws = condition.throws || condition.type.kind === 'dyn' || a.throws || b.throws;
  const result = { type: join(a.type, b.type), throws } satisfies Partial<Code>;
  const js = asBool(condition, test.at);
  if (yes.lines.length === 0 && no.lines.length === 0)
    return { ...result, js: `(${js} ? ${a.js} : ${b.js})`, isSimple: false };
  const name = place.unit.fresh();
  place.lines.push(`let ${name};`, `if (${js}) {`, ...yes.lines, `${name} = ${a.js};`, '} else {');
  place.lines.push(...no.lines, `${name} = ${b.js};`, '}');
  return { ...result, js: name, isSimple: true };
};
