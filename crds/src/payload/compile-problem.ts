import type { Problem } from '../stream-job.ts';
import { pathText } from '../validate/path.ts';
import { findField } from './bounds.ts';
import { re2 } from './re2.ts';

type Located = (schema: object, text: string) => Problem | undefined;

/** The compiler's words hold no path, so each kind of complaint is looked for in the schema. */
const KINDS: readonly Located[] = [
  (schema, text) => {
    const keyword = /unknown keyword: "(.*)"$/.exec(text)?.[1];
    return keyword === undefined ? undefined : at(schema, 'is not a known keyword', (key) => key === keyword);
  },
  (schema, text) => {
    const format = /^unknown format "(.*)" ignored/.exec(text)?.[1];
    return format === undefined
      ? undefined
      : at(schema, 'is not a known format', (key, value) => key === 'format' && value === format);
  },
  (schema, text) =>
    text.startsWith('error parsing regexp')
      ? at(schema, text, (key, value) => refusedByRe2(key === 'pattern' ? value : key))
      : undefined,
  (_schema, text) =>
    text.startsWith("can't resolve reference")
      ? { path: '', message: `${text}: references must lie in the schema` }
      : undefined,
];

/** What the compiler refused, in its words, which quote the schema only. */
export function compileProblem(schema: object, error: unknown): Problem {
  const text = error instanceof Error ? error.message.replace(/^strict mode: /, '') : 'cannot be compiled';
  for (const located of KINDS) {
    const problem = located(schema, text);
    if (problem) return problem;
  }
  return { path: '', message: text };
}

function at(schema: object, message: string, matches: (key: string, value: unknown) => boolean): Problem {
  return { path: pathText(findField(schema, matches) ?? []), message };
}

function refusedByRe2(pattern: unknown): boolean {
  if (typeof pattern !== 'string') return false;
  try {
    re2(pattern);
    return false;
  } catch {
    return true;
  }
}
