import { MAX_ANSWER_CHARS, MAX_EVENTS, type Answer } from './protocol.ts';
import { UnfitResult } from './unfit-result.ts';

/** As for payloads: far above real data, far below what overflows a stack. */
const MAX_DEPTH = 256;

/** Objects that JSON would write as `{}`, or as something else that nobody wants. */
const NO_DATA = [Map, Set, WeakMap, WeakSet, RegExp, Promise, Error, ArrayBuffer] as const;

const { stringify, isRawJSON, rawJSON } = JSON as unknown as {
  stringify: (value: unknown) => string | undefined;
  isRawJSON: (value: unknown) => boolean;
  rawJSON: (text: string) => unknown;
};

// JSON.stringify asks a BigInt how it is written; without this it throws.
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint): unknown {
    return rawJSON(this.toString());
  },
});

/** The answer for what the function gave. Throws UnfitResult when it is no JSON, or too much. */
export function answerOf(result: unknown): Omit<Answer, 'id'> {
  if (result === undefined || result === null) return { kind: 'none', text: '', inexact: false };
  const many = Array.isArray(result);
  if (many) checkEvents(result);
  const inexact = isInexact(result, 1);
  const text = stringify(result);
  if (text === undefined) throw new UnfitResult('the function gave something that is not JSON');
  if (text.length > MAX_ANSWER_CHARS) throw new UnfitResult(`the result is larger than ${MAX_ANSWER_CHARS} characters`);
  return { kind: many ? 'many' : 'one', text, inexact };
}

function checkEvents(events: readonly unknown[]): void {
  if (events.length > MAX_EVENTS) throw new UnfitResult(`the result holds more than ${MAX_EVENTS} events`);
  const missing = events.findIndex((event) => event === undefined || event === null);
  if (missing !== -1) throw new UnfitResult(`event ${missing} of the result is null or undefined`);
}

/** Whether the value holds numbers that no double holds. Throws UnfitResult where JSON would lose something in silence. */
function isInexact(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'bigint':
      return true;
    case 'number':
      if (!Number.isFinite(value)) throw new UnfitResult('the result holds a number that is not finite');
      return false;
    case 'object':
      return value !== null && isInexactObject(value, depth);
    case 'function':
    case 'symbol':
      throw new UnfitResult(`the result holds a ${typeof value}`);
    case 'string':
    case 'boolean':
    case 'undefined':
      return false;
  }
}

function isInexactObject(value: object, depth: number): boolean {
  if (isRawJSON(value)) return true;
  if (depth > MAX_DEPTH) throw new UnfitResult(`the result nests deeper than ${MAX_DEPTH} levels, or holds itself`);
  if (Array.isArray(value)) return areInexact(value, depth);
  if ('toJSON' in value && typeof value.toJSON === 'function') return false;
  if (NO_DATA.some((kind) => value instanceof kind) || ArrayBuffer.isView(value)) {
    throw new UnfitResult('the result holds an object that JSON has no form for, such as a Map');
  }
  return areInexact(Object.values(value), depth);
}

function areInexact(parts: readonly unknown[], depth: number): boolean {
  let inexact = false;
  for (const part of parts) if (isInexact(part, depth + 1)) inexact = true;
  return inexact;
}
