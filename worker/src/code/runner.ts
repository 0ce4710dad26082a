/** Runs in a process of its own: loads the module of a code step and calls it. Imports nothing but what it is made of. */
import { int64, isHeldExactly } from '../codecs/exact-double.ts';
import { answerOf } from './answer.ts';
import { explainError } from './explain-error.ts';
import { BYTES, INEXACT, type Answer, type CallRow, type FromProcess, type Load } from './protocol.ts';
import { UnfitResult } from './unfit-result.ts';

type UserFunction = (event: unknown, message: unknown) => unknown;

// The module may change what is global; we go on with what there was.
const { parse, rawJSON } = JSON as unknown as {
  parse: (text: string, reviver?: Reviver) => unknown;
  rawJSON: (text: string) => unknown;
};
const send = process.send?.bind(process);
const exit = process.exit.bind(process);
const { performance } = globalThis;

/** What is known is sent before the next call begins, once it has waited so long: that one may never return. */
const FLUSH_AFTER_MS = 5;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

let module: Load = { source: '', url: '', timeoutMs: 0 };
/** Answers that wait to be sent together. */
let answers: Answer[] = [];
let flushedMs = 0;
let scheduled = false;
/** Calls that returned a promise, with the timer that cuts them. */
const pending = new Map<number, NodeJS.Timeout>();
let alive: NodeJS.Timeout | undefined;

process.once('message', (message: Load) => {
  module = message;
  void main();
});
process.on('disconnect', () => {
  exit(0);
});

async function main(): Promise<void> {
  // What the module forgets to catch concerns no call.
  process.on('unhandledRejection', () => undefined);
  process.on('uncaughtException', () => undefined);
  delete process.send;
  try {
    const run = await load();
    process.on('message', (batch: string) => {
      flushedMs = performance.now();
      for (const row of parse(batch) as CallRow[]) call(run, row);
      flush();
    });
    tell({ type: 'ready' });
  } catch (error) {
    tell({ type: 'broken', error: explainError(error, module) });
  }
}

async function load(): Promise<UserFunction> {
  const text = `${module.source}\n//# sourceURL=${module.url}`;
  const url = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
  const loaded = (await import(url)) as { readonly default?: unknown };
  if (typeof loaded.default !== 'function') throw new UnfitResult('the default export must be a function');
  return loaded.default as UserFunction;
}

function call(run: UserFunction, [id, form, event, message]: CallRow): void {
  if (answers.length > 0 && performance.now() - flushedMs > FLUSH_AFTER_MS) flush();
  try {
    const result = run(read(form, event), deepFreeze(message));
    if (isThenable(result)) wait(id, result);
    else settle(id, result);
  } catch (error) {
    fail(id, error);
  }
}

function read(form: number, event: unknown): unknown {
  if (form === BYTES) return new Uint8Array(Buffer.from(event as string, 'base64'));
  return form === INEXACT ? parse(event as string, keepNumber) : event;
}

/** An integer that no double holds is a BigInt; any other such number is an object that only JSON.stringify can read. */
function keepNumber(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined || isHeldExactly(source)) return value;
  return int64(source) ?? rawJSON(source);
}

function deepFreeze(message: unknown): unknown {
  Object.freeze((message as { readonly headers: object }).headers);
  return Object.freeze(message);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function wait(id: number, result: PromiseLike<unknown>): void {
  const timer = setTimeout(() => {
    end(id, { id, kind: 'timeout', text: '', inexact: false });
  }, module.timeoutMs);
  pending.set(id, timer);
  alive ??= setInterval(() => {
    tell({ type: 'alive' });
  }, module.timeoutMs / 4);
  result.then(
    (value) => {
      if (pending.has(id)) settle(id, value);
    },
    (error: unknown) => {
      if (pending.has(id)) fail(id, error);
    },
  );
}

function settle(id: number, result: unknown): void {
  try {
    end(id, { id, ...answerOf(result) });
  } catch (error) {
    fail(id, error);
  }
}

function fail(id: number, error: unknown): void {
  end(id, { id, kind: 'failed', text: explainError(error, module), inexact: false });
}

function end(id: number, answer: Answer): void {
  const timer = pending.get(id);
  if (timer !== undefined) {
    clearTimeout(timer);
    pending.delete(id);
    if (pending.size === 0) {
      clearInterval(alive);
      alive = undefined;
    }
  }
  answers.push(answer);
  if (scheduled) return;
  scheduled = true;
  setImmediate(flush);
}

function flush(): void {
  scheduled = false;
  flushedMs = performance.now();
  if (answers.length === 0) return;
  tell({ type: 'answers', answers });
  answers = [];
}

function tell(message: FromProcess): void {
  send?.(message);
}
