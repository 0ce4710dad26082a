import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { CURRENT, BEAT, MARKS, type Answer, type FromThread, type ThreadData } from './protocol.ts';

export type ModuleThreadOptions = Omit<ThreadData, 'marks'> & { readonly memoryMebibytes: number };

export type ThreadEvents = {
  onReady(): void;
  onAnswers(answers: readonly Answer[]): void;
  /** It ended by itself: called once, and nothing is called afterwards. `error` when the module can't be loaded. */
  onEnd(why: { readonly kind: 'ended' | 'out-of-memory' } | { readonly kind: 'broken'; readonly error: string }): void;
};

/** Of the heap's part for new objects. */
const YOUNG_MEBIBYTES = 16;
const STACK_MEBIBYTES = 4;

/** Beside this file in the sources, beside the program in a bundle. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './code-thread.mjs', import.meta.url);

/** One thread with a module in it, from its start to its end. */
export class ModuleThread {
  readonly #worker: Worker;
  readonly #marks: Int32Array;
  #events: ThreadEvents | undefined;

  constructor({ memoryMebibytes, ...data }: ModuleThreadOptions, events: ThreadEvents) {
    const marks = new SharedArrayBuffer(MARKS * Int32Array.BYTES_PER_ELEMENT);
    this.#marks = new Int32Array(marks);
    this.#events = events;
    // The flag, where the process was given it, would win over the limit of the thread; it has done its work by now.
    setFlagsFromString('--max-old-space-size=0');
    this.#worker = new Worker(ENTRY, {
      name: 'code',
      workerData: { ...data, marks } satisfies ThreadData,
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMebibytes,
        maxYoungGenerationSizeMb: YOUNG_MEBIBYTES,
        stackSizeMb: STACK_MEBIBYTES,
      },
    });
    this.#listen();
  }

  /** The call that runs now, as far as it hasn't returned; 0 when none does. */
  get current(): number {
    return Atomics.load(this.#marks, CURRENT);
  }

  /** Grows whenever the thread does something for us. */
  get beat(): number {
    return Atomics.load(this.#marks, BEAT);
  }

  post(batch: string): void {
    this.#worker.postMessage(batch);
  }

  /** Ends it, whatever it does; no event follows. */
  end(): void {
    this.#events = undefined;
    void this.#worker.terminate();
  }

  #listen(): void {
    const worker = this.#worker;
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: FromThread) => {
      this.#receive(message);
    });
    worker.on('error', (error: unknown) => {
      const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#ended({ kind: isMemory ? 'out-of-memory' : 'ended' });
    });
    worker.on('exit', () => {
      this.#ended({ kind: 'ended' });
    });
  }

  #receive(message: FromThread): void {
    if (message.type === 'ready') this.#events?.onReady();
    else if (message.type === 'answers') this.#events?.onAnswers(message.answers);
    else this.#ended({ kind: 'broken', error: message.error });
  }

  #ended(why: Parameters<ThreadEvents['onEnd']>[0]): void {
    const events = this.#events;
    this.end();
    events?.onEnd(why);
  }
}
