/** Subject filters as sets: no filters at all means every subject of the stream. */
export type SubjectFilters = readonly string[];

/** Whether every subject that `inner` matches is matched by `outer` too. */
export function covers(outer: string, inner: string): boolean {
  const wide = outer.split('.');
  const narrow = inner.split('.');
  for (const [index, token] of wide.entries()) {
    const other = narrow[index];
    if (token === '>') return other !== undefined;
    if (other === undefined || other === '>') return false;
    if (token !== '*' && token !== other) return false;
  }
  return wide.length === narrow.length;
}

/** Whether some subject is matched by both patterns. */
export function overlap(left: string, right: string): boolean {
  const a = left.split('.');
  const b = right.split('.');
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const one = a[index];
    const two = b[index];
    if (one === undefined || two === undefined) return false;
    if (one === '>' || two === '>') return true;
    if (one !== '*' && two !== '*' && one !== two) return false;
  }
  return true;
}

/** Whether `outer` selects at least what `inner` selects, judged filter by filter. */
export function selectsAllOf(outer: SubjectFilters, inner: SubjectFilters): boolean {
  if (outer.length === 0) return true;
  if (inner.length === 0) return outer.includes('>');
  return inner.every((filter) => outer.some((wide) => covers(wide, filter)));
}

export function sameFilters(left: SubjectFilters, right: SubjectFilters): boolean {
  return left.length === right.length && left.every((filter) => right.includes(filter));
}

/**
 * The filters that select what either side selects. Undefined when two of them overlap without one covering the
 * other: the server refuses such a list, and a wider pattern would select what neither side wants.
 */
export function union(left: SubjectFilters, right: SubjectFilters): SubjectFilters | undefined {
  if (left.length === 0 || right.length === 0) return [];
  const all = [...new Set([...right, ...left])];
  const widest = all.filter((filter) => !all.some((other) => other !== filter && covers(other, filter)));
  const clash = widest.some((one, index) => widest.slice(index + 1).some((other) => overlap(one, other)));
  return clash ? undefined : widest;
}
