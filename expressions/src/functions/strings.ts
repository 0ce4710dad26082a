import { fail } from '../evaluation-error.ts';
import { burn, checkTextLength } from '../runtime/budget.ts';
import { matches } from '../runtime/patterns.ts';
import { overload } from './overload.ts';

/** CEL's texts and its strings extension. Positions and sizes count code points, not JavaScript's units. */
export const stringFunctions = [
  overload('string.contains(string): bool', (text: string, part: string) => scanned(text).includes(part)),
  overload('string.startsWith(string): bool', (text: string, part: string) => text.startsWith(scanned(part))),
  overload('string.endsWith(string): bool', (text: string, part: string) => text.endsWith(scanned(part))),
  overload('string.matches(string): bool', matches),
  overload('matches(string, string): bool', matches),
  overload('string.lowerAscii(): string', (text: string) =>
    scanned(text).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  ),
  overload('string.upperAscii(): string', (text: string) =>
    scanned(text).replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  ),
  overload('string.trim(): string', trim),
  overload('string.charAt(int): string', (text: string, at: bigint) => slice(text, at, at + 1n, true)),
  overload('string.substring(int): string', (text: string, from: bigint) => slice(text, from, undefined)),
  overload('string.substring(int, int): string', (text: string, from: bigint, to: bigint) => slice(text, from, to)),
  overload('string.indexOf(string): int', (text: string, part: string) => indexOf(text, part, 0n)),
  overload('string.indexOf(string, int): int', indexOf),
  overload('string.lastIndexOf(string): int', (text: string, part: string) => lastIndexOf(text, part)),
  overload('string.lastIndexOf(string, int): int', lastIndexOf),
  overload('string.replace(string, string): string', (text: string, part: string, by: string) =>
    replace(text, part, by, -1n),
  ),
  overload('string.replace(string, string, int): string', replace),
  overload('string.split(string): list<string>', (text: string, by: string) => split(text, by, -1n)),
  overload('string.split(string, int): list<string>', split),
  overload('list.join(): string', (list: readonly unknown[]) => joinTexts(list, '')),
  overload('list.join(string): string', joinTexts),
  overload('string.reverse(): string', (text: string) => points(text).reverse().join('')),
];

function scanned(text: string): string {
  burn(text.length >> 5);
  return text;
}

/** Code points as texts. */
function points(text: string): string[] {
  burn(text.length >> 2);
  return Array.from(text);
}

export const hasSurrogates = (text: string): boolean => /[\ud800-\udfff]/.test(text);

/** The length in code points. */
export function sizeOf(text: string): number {
  return hasSurrogates(scanned(text)) ? points(text).length : text.length;
}

/** The white space of Unicode, as CEL lists it; JavaScript's own trim differs in two characters. */
const EDGES = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function trim(text: string): string {
  const start = scanned(text).replace(EDGES, '');
  let end = start.length;
  while (end > 0 && EDGES.test(start.charAt(end - 1))) end--;
  return start.slice(0, end);
}

function slice(text: string, from: bigint, to: bigint | undefined, mayEndBeyond = false): string {
  const size = sizeOf(text);
  const end = to ?? BigInt(size);
  if (from < 0n || from > size || end < from || (end > size && !mayEndBeyond)) fail('the index is outside of the text');
  if (!hasSurrogates(text)) return text.slice(Number(from), Number(end));
  return points(text).slice(Number(from), Number(end)).join('');
}

/** Where a code point begins, in JavaScript's units. */
function unitAt(text: string, point: bigint): number {
  if (point < 0n || point > sizeOf(text)) fail('the index is outside of the text');
  if (!hasSurrogates(text)) return Number(point);
  return points(text).slice(0, Number(point)).join('').length;
}

/** Which code point begins at a unit; -1 stays -1. */
function pointAt(text: string, unit: number): bigint {
  return unit < 0 ? -1n : BigInt(sizeOf(text.slice(0, unit)));
}

function indexOf(text: string, part: string, from: bigint): bigint {
  return pointAt(text, scanned(text).indexOf(part, unitAt(text, from)));
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const start = from === undefined ? text.length : unitAt(text, from);
  return pointAt(text, scanned(text).lastIndexOf(part, start));
}

function replace(text: string, part: string, by: string, most: bigint): string {
  const pieces = split(text, part, most < 0n ? -1n : most + 1n);
  checkTextLength(text.length + pieces.length * by.length);
  if (part !== '') return pieces.join(by);
  // Between all characters and at both ends, as in Go.
  const slots = most < 0n || most > pieces.length ? pieces.length + 1 : Number(most);
  return (
    pieces.map((piece, index) => (index < slots ? by + piece : piece)).join('') + (slots > pieces.length ? by : '')
  );
}

function split(text: string, by: string, most: bigint): string[] {
  if (most === 0n) return [];
  const parts = by === '' ? points(text) : scanned(text).split(by);
  burn(parts.length);
  if (most < 0n || most >= parts.length) return parts;
  const kept = Number(most) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(by)];
}

function joinTexts(list: readonly unknown[], between: string): string {
  burn(list.length);
  let length = between.length * list.length;
  const texts = list.map((element) => {
    if (typeof element !== 'string') return fail('join needs a list of strings');
    length += element.length;
    return element;
  });
  checkTextLength(length);
  burn(length >> 5);
  return texts.join(between);
}
