import { type ASTNode } from '@marcbachmann/cel-js';
import { Refusal } from '../problem.ts';
import { MAX_INT, Uint } from '../values/uint.ts';
import { type BinaryOperator, type LiteralValue, type Node } from './node.ts';

/** Deeper trees could exhaust the stack of what compiles or runs them. A chain of `&&` or `||` is one level. */
const MAX_DEPTH = 150;

/** The parser's tree as ours. Throws a Refusal for what is too deep, out of range, or no part of our language. */
export function convert(ast: ASTNode, source: string, depth = 0): Node {
  const at = ast.pos;
  if (depth > MAX_DEPTH) throw new Refusal('the expression is nested too deeply', at, 'split it into several steps');
  const below = (node: ASTNode): Node => convert(node, source, depth + 1);
  switch (ast.op) {
    case 'value':
      return { kind: 'literal', at, value: literal(ast, source) };
    case 'id':
      return { kind: 'name', at, name: ast.args };
    case '.':
      return { kind: 'select', at, of: below(ast.args[0]), field: ast.args[1] };
    case '[]':
      return { kind: 'index', at: ast.args[1].pos, of: below(ast.args[0]), index: below(ast.args[1]) };
    case 'call':
      return { kind: 'call', at, name: ast.args[0], target: undefined, args: ast.args[1].map(below) };
    case 'rcall':
      return methodCall(ast.args[0], ast.args[1], ast.args[2], source, below);
    case 'list':
      return { kind: 'list', at, items: ast.args.map(below) };
    case 'map':
      return { kind: 'map', at, entries: ast.args.map(([key, value]) => [below(key), below(value)] as const) };
    case '!_':
      return { kind: 'unary', operator: '!', at, of: below(ast.args) };
    case '-_':
      return negation(ast.args, at, below);
    case '&&':
    case '||':
      return { kind: 'logic', operator: ast.op, at, terms: termsOf(ast, ast.op).map(below) };
    case '?:':
      return { kind: 'if', at, test: below(ast.args[0]), then: below(ast.args[1]), otherwise: below(ast.args[2]) };
    case '.?':
    case '[?]':
      throw new Refusal('optional access is not supported', at, 'ask has(a.b) first');
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      return binary(ast.op, ast.args, source, below);
  }
}

function binary(
  operator: BinaryOperator,
  [left, right]: readonly [ASTNode, ASTNode],
  source: string,
  below: (node: ASTNode) => Node,
): Node {
  const at = operatorAt(operator, left, right, source);
  return { kind: 'binary', operator, at, left: below(left), right: below(right) };
}

function methodCall(
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
  source: string,
  below: (node: ASTNode) => Node,
): Node {
  const at = Math.max(source.indexOf(name, receiver.end), receiver.start);
  return { kind: 'call', at, name, target: below(receiver), args: args.map(below) };
}

/** The smallest int is a minus sign before a number that is no int by itself. */
function negation(of: ASTNode, at: number, below: (node: ASTNode) => Node): Node {
  if (of.op === 'value' && typeof of.args === 'bigint' && of.args <= MAX_INT + 1n) {
    return { kind: 'literal', at, value: -of.args };
  }
  if (of.op === 'value' && typeof of.args === 'number') return { kind: 'literal', at, value: -of.args };
  return { kind: 'unary', operator: '-', at, of: below(of) };
}

/** `a && b && c` as one list, whichever way the parser nested it; a loop, as a chain may be hundreds long. */
function termsOf(ast: ASTNode, operator: '&&' | '||'): ASTNode[] {
  const terms: ASTNode[] = [];
  const waiting: ASTNode[] = [ast];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.op === operator) waiting.push(next.args[1], next.args[0]);
    else terms.push(next);
  }
  return terms;
}

function operatorAt(operator: BinaryOperator, left: ASTNode, right: ASTNode, source: string): number {
  const found = source.slice(left.end, right.start).indexOf(operator);
  return found < 0 ? left.start : left.end + found;
}

function literal(ast: ASTNode & { op: 'value' }, source: string): LiteralValue {
  const { args: value, pos } = ast;
  if (typeof value === 'bigint' && value > MAX_INT) throw new Refusal('the number is too large for an int', pos);
  if (value instanceof Uint8Array) return bytesLiteral(value, source.slice(pos, ast.end), pos);
  if (typeof value !== 'object' || value === null) return value;
  return new Uint(value.valueOf());
}

/** The parser keeps one byte of every character, which is wrong above 127. */
function bytesLiteral(value: Uint8Array, text: string, at: number): Uint8Array {
  if (/^[\x00-\x7f]*$/.test(text)) return value;
  throw new Refusal('bytes can only be written in ASCII', at, 'write b"\\xc3\\xa9" or bytes("é")');
}
