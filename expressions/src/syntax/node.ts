import { type Uint } from '../values/uint.ts';

export type LiteralValue = string | number | bigint | boolean | null | Uint8Array | Uint;

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';

/** Our own tree: what the compiler reads, whichever parser made it. `at` is an offset into the source. */
export type Node = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: LiteralValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly of: Node; readonly field: string }
  | { readonly kind: 'index'; readonly of: Node; readonly index: Node }
  | { readonly kind: 'call'; readonly name: string; readonly target: Node | undefined; readonly args: readonly Node[] }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: Node, value: Node])[] }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: Node }
  | { readonly kind: 'logic'; readonly operator: '&&' | '||'; readonly terms: readonly Node[] }
  | { readonly kind: 'if'; readonly test: Node; readonly then: Node; readonly otherwise: Node }
);

export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;
