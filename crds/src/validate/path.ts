/** A path as users write it: `spec.steps[2].map.set["a.b"]`. */
export function pathText(segments: readonly (string | number)[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${segment}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(segment)) return `${path}[${JSON.stringify(segment)}]`;
    return path === '' ? segment : `${path}.${segment}`;
  }, '');
}

/** The segments of a JSON pointer into `value`: numbers where the value there is a list. */
export function pointerSegments(pointer: string, value: unknown): (string | number)[] {
  const segments: (string | number)[] = [];
  let node = value;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    segments.push(Array.isArray(node) ? Number(key) : key);
    node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
  }
  return segments;
}
