import { RE2JS } from '@bufbuild/re2';

/** `\uXXXX` as JSON Schema's patterns write it, and every other escape, so that `\\u` is not mistaken for one. */
const ESCAPE = /\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|[^])/g;

/**
 * ajv's regular expressions, in time linear to the text: JavaScript's own can be made to hang by a payload.
 * Throws for what RE2 doesn't have: lookaround and back references.
 */
export const re2 = Object.assign(
  (pattern: string) => {
    const expression = new RE2JS(
      pattern.replace(ESCAPE, (all, long?: string, short?: string) => {
        const code = long ?? short;
        return code === undefined ? all : `\\x{${code}}`;
      }),
    );
    // ajv tells compiled patterns apart by their text.
    return { test: (text: string) => expression.test(text), toString: () => pattern };
  },
  { code: 're2' },
);
