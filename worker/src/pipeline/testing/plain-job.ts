import { createHash, createHmac } from 'node:crypto';
import { parsePlain, writePlain, type Plain, type PlainMap } from '../../codecs/testing/plain-json.ts';
import { type FailureReason, type Header, type SourceMessage } from '../types.ts';
import { NoValue, textOf, type PlainExpression } from './plain-expression.ts';

/** A job for tests, with expressions that say in plain JavaScript what they mean. */
export type PlainStep =
  | {
      readonly kind: 'validate';
      readonly schema: Readonly<Record<string, unknown>>;
      readonly isValid: (event: Plain) => boolean;
      readonly drops: boolean;
    }
  | { readonly kind: 'filter'; readonly expression: PlainExpression; readonly drops: boolean }
  | {
      readonly kind: 'map';
      readonly set: readonly (readonly [path: string, PlainExpression])[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'redact'; readonly fields: readonly string[]; readonly with: 'Remove' | 'Mask' | 'Hash' };

/** Texts, and expressions between them. */
export type PlainTemplate = readonly (string | PlainExpression)[];

export type PlainSink = {
  readonly name: string;
  readonly when: PlainExpression | undefined;
  readonly subject: PlainTemplate;
  readonly headers: Readonly<Record<string, PlainTemplate>>;
};

export type PlainJob = {
  readonly uid: string;
  readonly streamCreated: string;
  readonly key: Uint8Array;
  readonly maxPayloadBytes: number;
  readonly steps: readonly PlainStep[];
  readonly sinks: readonly PlainSink[];
};

export type PlainResult = {
  readonly sink: number;
  readonly subject: string;
  readonly headers: readonly Header[];
  readonly id: string;
  readonly payload: string | Uint8Array;
};
type PlainFailure = { readonly at: string; readonly sink?: number; readonly reason: FailureReason };
export type PlainOutcome =
  | { readonly kind: 'filtered' | 'dropped'; readonly at: string }
  | { readonly kind: 'unrouted' }
  | { readonly kind: 'dead'; readonly failure: PlainFailure }
  | { readonly kind: 'emit'; readonly results: readonly PlainResult[]; readonly failures: readonly PlainFailure[] };

/** Steps are named by their place: `s0`, `s1`. */
export const stepName = (index: number): string => `s${index}`;

/** For tests: what a job makes of a message, computed as plainly as it can be said. */
export function runPlainly(job: PlainJob, message: SourceMessage): PlainOutcome {
  const decoded = parsePlain(message.payload);
  if (!decoded.ok) return { kind: 'dead', failure: { at: 'source', reason: 'Undecodable' } };
  let event = decoded.value;
  for (const [index, step] of job.steps.entries()) {
    const at = stepName(index);
    const went = applyPlainly(step, event, message, job.key);
    if (went === 'filtered' || went === 'dropped') return { kind: went, at };
    if ('reason' in went) return { kind: 'dead', failure: { at, reason: went.reason } };
    event = went.event;
  }
  const isUnchanged = writePlain(event) === writePlain(decoded.value);
  return routePlainly(job, event, isUnchanged ? message.payload : writePlain(event), message);
}

type Went = 'filtered' | 'dropped' | { readonly reason: FailureReason } | { readonly event: Plain };

function applyPlainly(step: PlainStep, event: Plain, message: SourceMessage, key: Uint8Array): Went {
  switch (step.kind) {
    case 'validate':
      if (step.isValid(event)) return { event };
      return step.drops ? 'dropped' : { reason: 'Invalid' };
    case 'filter': {
      const keeps = valueOf(step.expression, event, message);
      if (typeof keeps === 'boolean') return keeps ? { event } : 'filtered';
      return step.drops ? 'dropped' : { reason: 'ExpressionFailed' };
    }
    case 'redact':
      return {
        event: step.fields.reduce((left, path) => rewrite(left, path.split('.'), redaction(step.with, key)), event),
      };
    case 'map':
      return mapPlainly(step, event, message);
  }
}

const redaction =
  (way: 'Remove' | 'Mask' | 'Hash', key: Uint8Array) =>
  (value: Plain): Plain | undefined => {
    if (way === 'Remove') return undefined;
    if (way === 'Mask') return '***';
    return createHmac('sha256', key)
      .update(typeof value === 'string' ? value : writePlain(value))
      .digest('hex');
  };

function mapPlainly(step: Extract<PlainStep, { kind: 'map' }>, event: Plain, message: SourceMessage): Went {
  if (!(event instanceof Map)) return { reason: 'NotAnObject' };
  const values = step.set.map(([path, expression]) => [path, valueOf(expression, event, message)] as const);
  if (values.some(([, value]) => value === undefined)) return { reason: 'ExpressionFailed' };
  let left: Plain | undefined = event;
  for (const path of step.remove) left = rewrite(left, path.split('.'), () => undefined);
  for (const [path, value] of values)
    left = left === undefined ? undefined : write(left, path.split('.'), value as Plain);
  return left === undefined ? { reason: 'NotAnObject' } : { event: left };
}

/** Replaces what lies at a path, in every item of lists; undefined takes it away. */
function rewrite(
  value: Plain,
  [name = '', ...rest]: readonly string[],
  by: (value: Plain) => Plain | undefined,
): Plain {
  if (Array.isArray(value)) return (value as readonly Plain[]).map((item) => rewrite(item, [name, ...rest], by));
  if (!(value instanceof Map) || !value.has(name)) return value;
  const copy = new Map<string, Plain>(value as PlainMap);
  const before = copy.get(name) as Plain;
  const after = rest.length === 0 ? by(before) : rewrite(before, rest, by);
  if (after === undefined) copy.delete(name);
  else copy.set(name, after);
  return copy;
}

/** Undefined where something on the way is no object. */
function write(value: Plain, [name = '', ...rest]: readonly string[], what: Plain): Plain | undefined {
  if (!(value instanceof Map)) return undefined;
  const copy = new Map<string, Plain>(value as PlainMap);
  const after = rest.length === 0 ? what : write(copy.get(name) ?? new Map<string, Plain>(), rest, what);
  return after === undefined ? undefined : copy.set(name, after);
}

function valueOf(expression: PlainExpression, event: Plain, message: SourceMessage): Plain | undefined {
  try {
    return expression.value(event, message);
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

function routePlainly(job: PlainJob, event: Plain, payload: string | Uint8Array, message: SourceMessage): PlainOutcome {
  const results: PlainResult[] = [];
  const failures: PlainFailure[] = [];
  for (const [index, sink] of job.sinks.entries()) {
    const wanted = sink.when === undefined ? true : valueOf(sink.when, event, message);
    if (wanted === false) continue;
    const result = wanted === true ? resultPlainly(job, index, event, payload, message) : undefined;
    if (result === undefined) failures.push({ at: sink.name, sink: index, reason: 'ExpressionFailed' });
    else if (sizeOnWire(result) > job.maxPayloadBytes)
      failures.push({ at: sink.name, sink: index, reason: 'TooLarge' });
    else results.push(result);
  }
  return results.length + failures.length === 0 ? { kind: 'unrouted' } : { kind: 'emit', results, failures };
}

function resultPlainly(
  job: PlainJob,
  index: number,
  event: Plain,
  payload: string | Uint8Array,
  message: SourceMessage,
): PlainResult | undefined {
  const sink = job.sinks[index];
  if (sink === undefined) return undefined;
  const subject = fill(sink.subject, tokenOf, event, message);
  const own = Object.entries(sink.headers).map(
    ([name, template]) => [name, fill(template, headerOf, event, message)] as const,
  );
  if (subject === undefined || subject.length > 1024 || own.some(([, value]) => value === undefined)) return undefined;
  const names = own.map(([name]) => name.toLowerCase());
  const forwarded = message.headers.entries.filter(([name, value]) => {
    const isSound = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !/[\r\n\0]/.test(value);
    return isSound && !name.toLowerCase().startsWith('nats-') && !names.includes(name.toLowerCase());
  });
  const id = idOf(job, sink.name, message);
  const set = own.flatMap(([name, value]): Header[] => (value === undefined || value === '' ? [] : [[name, value]]));
  return { sink: index, subject, headers: [['Nats-Msg-Id', id], ...forwarded, ...set], id, payload };
}

function idOf({ uid, streamCreated }: PlainJob, sink: string, { sequence, timestamp }: SourceMessage): string {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
  const stream = digest(`${uid}\nstored\n${streamCreated}`).slice(0, 16);
  return `${stream}-${sequence}-${timestamp}${digest(sink).slice(0, 8)}`;
}

function fill(
  template: PlainTemplate,
  escape: (text: string) => string | undefined,
  event: Plain,
  message: SourceMessage,
): string | undefined {
  let filled = '';
  for (const part of template) {
    const text = typeof part === 'string' ? part : filledPart(part, escape, event, message);
    if (text === undefined) return undefined;
    filled += text;
  }
  return filled.length > 4096 ? undefined : filled;
}

function filledPart(
  part: PlainExpression,
  escape: (text: string) => string | undefined,
  event: Plain,
  message: SourceMessage,
): string | undefined {
  const text = valueOf({ ...part, value: (...on) => textOf(part.value(...on)) }, event, message);
  return typeof text === 'string' && text.isWellFormed() ? escape(text) : undefined;
}

function tokenOf(text: string): string | undefined {
  if (text === '') return '%empty';
  const token = Array.from(text).map((character) => {
    if (/[A-Za-z0-9_=+~:@-]/.test(character)) return character;
    return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
  return token.join('').length > 255 ? undefined : token.join('');
}

function headerOf(text: string): string | undefined {
  return /\p{Cc}/u.test(text) ? undefined : text;
}

/** `NATS/1.0`, a line for each header, an empty one, and the payload. */
function sizeOnWire({ headers, payload }: PlainResult): number {
  const lines = headers.map(([name, value]) => Buffer.byteLength(`${name}: ${value}\r\n`));
  return lines.reduce((sum, line) => sum + line, Buffer.byteLength('NATS/1.0\r\n\r\n')) + Buffer.byteLength(payload);
}
