import type { AsyncFormatDefinition, FormatDefinition } from 'ajv';
import type core from 'ajv/dist/core.js';
import addFormats from 'ajv-formats';

/**
 * The longest text that a format is asked about, in UTF-16 units; longer ones don't have the format. Some formats'
 * expressions take time quadratic to the text, and no address is that long.
 */
const LONGEST: Readonly<Record<string, number>> = { email: 320, url: 2_048, regex: 2_048, ipv6: 64, hostname: 256 };

/** Adds the formats of JSON Schema, each bounded so that no payload can keep it busy. */
export function addBoundedFormats(ajv: core.default): void {
  addFormats.default(ajv);
  for (const [name, longest] of Object.entries(LONGEST)) {
    const matches = tester(ajv.formats[name]);
    ajv.addFormat(name, (text: string) => text.length <= longest && matches(text));
  }
}

type AnyFormat =
  | string
  | boolean
  | RegExp
  | ((text: string) => unknown)
  | FormatDefinition<string>
  | FormatDefinition<number>
  | AsyncFormatDefinition<string>
  | AsyncFormatDefinition<number>;

function tester(format: AnyFormat | undefined): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === 'function') return (text) => format(text) === true;
  throw new Error('a bounded format is neither an expression nor a function');
}
