/** Runs in a thread of its own: loads the module of a code step and calls it. Imports nothing but what it is made of. */
import { parentPort, workerData } from 'node:worker_threads';
import { int64, isHeldExactly } from '../codecs/exact-double.ts';
import { answerOf } from './answer.ts';
import { explainError } from './explain-error.ts';
import {
  BEAT,
  BYTES,
  CURRENT,
  INEXACT,
  type Answer,
  type CallRow,
  type FromThread,
  type ThreadData,
} from './protocol.ts';

type UserFunction = (event: unknown, message: unknown) => unknown;

const data = workerData as ThreadData;
const marks = new Int32Array(data.marks);
const port = parentPort;
// The module may change what is global; we go on with what there was.
const { parse, rawJSON } = JSON as unknown as {
  parse: (text: string, reviver?: Reviver) => unknown;
  rawJSON: (text: string) => unknown;
};
const { store, add } = Atomics;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Answers that wait to be sent together. */
let answers: Answer[] = [];
let scheduled = false;
/** Calls that returned a promise, with the timer that cuts them. */
const pending = new Map<number, NodeJS.Timeout>();
let beating: NodeJS.Timeout | undefined;

await main();

async function main(): Promise<void> {
  silence();
  let run: UserFunction;
  try {
    run = await load();
  } catch (error) {
    post({ type: 'broken', error: explainError(error, data) });
    port?.close();
    return;
  }
  port?.on('message', (batch: string) => {
    add(marks, BEAT, 1);
    for (const row of parse(batch) as CallRow[]) call(run, row);
    flush();
  });
  post({ type: 'ready' });
}

/** What the module prints could hold payloads: it goes nowhere. What it forgets to catch concerns no call. */
function silence(): void {
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  process.on('unhandledRejection', () => undefined);
  process.on('uncaughtException', () => undefined);
}

async function load(): Promise<UserFunction> {
  const text = `${data.source}\n//# sourceURL=${data.url}`;
  const url = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
  const loaded = (await import(url)) as { readonly default?: unknown };
  if (typeof loaded.default !== 'function') throw new TypeError('the default export must be a function');
  return loaded.default as UserFunction;
}

function call(run: UserFunction, [id, form, event, message]: CallRow): void {
  store(marks, CURRENT, id);
  try {
    const result = run(read(form, event), deepFreeze(message));
    if (isThenable(result)) wait(id, result);
    else settle(id, result);
  } catch (error) {
    fail(id, error);
  }
  store(marks, CURRENT, 0);
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
  }, data.timeoutMs);
  pending.set(id, timer);
  beating ??= setInterval(() => add(marks, BEAT, 1), Math.max(5, data.timeoutMs / 8));
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
  end(id, { id, kind: 'failed', text: explainError(error, data), inexact: false });
}

function end(id: number, answer: Answer): void {
  const timer = pending.get(id);
  if (timer !== undefined) {
    clearTimeout(timer);
    pending.delete(id);
    if (pending.size === 0) {
      clearInterval(beating);
      beating = undefined;
    }
  }
  answers.push(answer);
  if (scheduled) return;
  scheduled = true;
  setImmediate(flush);
}

function flush(): void {
  scheduled = false;
  if (answers.length === 0) return;
  add(marks, BEAT, 1);
  post({ type: 'answers', answers });
  answers = [];
}

function post(message: FromThread): void {
  port?.postMessage(message);
}
