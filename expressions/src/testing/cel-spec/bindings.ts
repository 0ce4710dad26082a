import { type Node } from '../../syntax/node.ts';
import { parse } from '../../syntax/parse.ts';

/** Calls whose first argument names a variable of their own. */
const BINDERS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter', 'bind'];

/**
 * For tests: the same expression with names turned into fields of the event, as our expressions know no other variables:
 * `x + [1].map(y, x)` is `event.x + [1].map(y, event.x)`. Throws a Refusal for what does not parse.
 */
export function asEventFields(source: string, names: ReadonlySet<string>): string {
  const places = [...new Set(freePlaces(parse(source), names))].sort((a, b) => b - a);
  return places.reduce((text, at) => `${text.slice(0, at)}event.${text.slice(at)}`, source);
}

function freePlaces(node: Node, names: ReadonlySet<string>): number[] {
  if (node.kind === 'literal') return [];
  if (node.kind === 'name') return names.has(node.name) ? [node.at] : [];
  if (node.kind === 'call') return placesInCall(node, names);
  return childrenOf(node).flatMap((child) => freePlaces(child, names));
}

function placesInCall({ name, target, args }: Extract<Node, { kind: 'call' }>, names: ReadonlySet<string>): number[] {
  const outside = target === undefined ? [] : freePlaces(target, names);
  const [variable, ...bodies] = args;
  if (target === undefined || !BINDERS.includes(name) || variable?.kind !== 'name') {
    return [...outside, ...args.flatMap((arg) => freePlaces(arg, names))];
  }
  const inside = new Set(names);
  inside.delete(variable.name);
  return [...outside, ...bodies.flatMap((body) => freePlaces(body, inside))];
}

function childrenOf(node: Exclude<Node, { kind: 'literal' | 'name' | 'call' }>): readonly Node[] {
  switch (node.kind) {
    case 'select':
      return [node.of];
    case 'index':
      return [node.of, node.index];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'unary':
      return [node.of];
    case 'binary':
      return [node.left, node.right];
    case 'logic':
      return node.terms;
    case 'if':
      return [node.test, node.then, node.otherwise];
  }
}
