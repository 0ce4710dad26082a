/**
 * What a terminal would act upon, or what would make text look like other text: control characters, line and paragraph
 * separators, marks that change the direction of writing, and characters without width.
 */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line that shows foreign text as it is, and does nothing to the terminal. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** The same of several lines: line ends and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (unsafe) => (unsafe === '\n' || unsafe === '\t' ? unsafe : escaped(unsafe)));
}

/** JSON in which nothing is left that a terminal would act upon; it means the same. */
export function printableJson(value: unknown, space?: number): string {
  const json = JSON.stringify(value, undefined, space);
  return json.replace(UNSAFE, (unsafe) => (unsafe === '\n' ? unsafe : unicode(unsafe)));
}

function escaped(unsafe: string): string {
  return SHORT[unsafe] ?? unicode(unsafe);
}

function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
