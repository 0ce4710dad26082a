/** Dotted paths, merged by their beginnings: `a.b` and `a.c` are `a` with `b` and `c` below it. */
export type FieldTree<Leaf> = ReadonlyMap<string, FieldBranch<Leaf>>;
export type FieldBranch<Leaf> =
  { readonly kind: 'leaf'; readonly leaf: Leaf } | { readonly kind: 'below'; readonly fields: FieldTree<Leaf> };

type Growing<Leaf> = Map<string, { kind: 'leaf'; leaf: Leaf } | { kind: 'below'; fields: Growing<Leaf> }>;

/** Where one path lies inside another (`a` and `a.b`), the outer one counts. */
export function fieldTree<Leaf>(paths: Iterable<readonly [path: string, leaf: Leaf]>): FieldTree<Leaf> {
  const root: Growing<Leaf> = new Map();
  for (const [path, leaf] of paths) grow(root, path.split('.'), leaf);
  return root;
}

function grow<Leaf>(fields: Growing<Leaf>, [name = '', ...rest]: readonly string[], leaf: Leaf): void {
  const branch = fields.get(name);
  if (branch?.kind === 'leaf') return;
  if (rest.length === 0) {
    fields.set(name, { kind: 'leaf', leaf });
    return;
  }
  const below: Growing<Leaf> = branch?.fields ?? new Map<string, never>();
  fields.set(name, { kind: 'below', fields: below });
  grow(below, rest, leaf);
}
