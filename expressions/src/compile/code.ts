import { type LiteralValue, type Node } from '../syntax/node.ts';
import { type Type } from '../types/type.ts';

/** A piece of JavaScript that gives a node's value, once the lines before it in the block have run. */
export type Code = {
  /** An expression without side effects. No text of a user ever stands in it but through JSON.stringify. */
  readonly js: string;
  readonly type: Type;
  /** Whether `js` or the lines before it may throw. */
  readonly throws: boolean;
  /** Whether `js` is a name or a literal, so that it costs nothing to write it twice. */
  readonly isSimple: boolean;
  readonly literal?: LiteralValue;
};

/** What one compiled function gathers: values that its code refers to as K[0], K[1], …, and fresh names. */
export type Unit = {
  readonly constants: unknown[];
  /** A new local name: t1, t2, … */
  fresh(): string;
  /** The JavaScript for a value known now. */
  constant(value: unknown): string;
};

/** A name that an expression can use: a macro's variable, or one of ours. */
export type Binding = { readonly js: string; readonly type: Type };

/** Where a node is compiled: the lines it may add to, the names it sees, whether it runs once per list element. */
export type Place = {
  readonly unit: Unit;
  readonly lines: string[];
  readonly scope: ReadonlyMap<string, Binding>;
  readonly isLooping: boolean;
  /** Compiles a node below. Here, so that the files for kinds of node need not import each other. */
  readonly emit: (node: Node, place: Place) => Code;
};

export type Emitter<N extends Node = Node> = (node: N, place: Place) => Code;

export function newUnit(): Unit {
  const constants: unknown[] = [];
  let names = 0;
  return {
    constants,
    fresh: () => `t${++names}`,
    constant: (value) => `K[${constants.push(value) - 1}]`,
  };
}

/** The same place with lines of its own, for code that may not run. */
export function branch(place: Place): Place {
  return { ...place, lines: [] };
}

/** Code whose `js` can be written more than once. */
export function held(code: Code, place: Place): Code {
  if (code.isSimple) return code;
  const name = place.unit.fresh();
  place.lines.push(`const ${name} = ${code.js};`);
  return { ...code, js: name, isSimple: true };
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Code that must give a bool. */
export function asBool(code: Code, at: number): string {
  return code.type.kind === 'bool' ? code.js : `R.bool(${code.js}, ${at})`;
}
