import { fork, type ChildProcess } from 'node:child_process';
import { type Answer, type FromProcess, type Load } from './protocol.ts';

export type ModuleProcessOptions = Load & { readonly memoryMebibytes: number };

export type ProcessEvents = {
  onReady(): void;
  onAlive(): void;
  onAnswers(answers: readonly Answer[]): void;
  /** It ended by itself: called once, and nothing is called afterwards. `error` when the module can't be loaded. */
  onEnd(why: { readonly kind: 'ended' | 'out-of-memory' } | { readonly kind: 'broken'; readonly error: string }): void;
};

/** Beside this file in the sources, beside the program in a bundle. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './runner.ts' : './code-runner.mjs', import.meta.url);
/** Of the heap's part for new objects. */
const YOUNG_MEBIBYTES = 16;

/**
 * One process with a module in it, from its start to its end. A thread would not do: compiled loops that call only
 * built-in functions never look whether they should stop, so a thread in one can't be ended, and a thread that runs out
 * of memory in one takes the whole worker along.
 */
export class ModuleProcess {
  readonly #child: ChildProcess;
  #events: ProcessEvents | undefined;

  constructor({ memoryMebibytes, ...load }: ModuleProcessOptions, events: ProcessEvents) {
    this.#events = events;
    this.#child = fork(ENTRY, [], {
      env: {},
      execArgv: [`--max-old-space-size=${memoryMebibytes}`, `--max-semi-space-size=${YOUNG_MEBIBYTES}`],
      // What the module prints could hold payloads: it goes nowhere.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    this.#listen();
    this.#child.send(load);
  }

  post(batch: string): void {
    this.#child.send(batch);
  }

  /** Ends it, whatever it does; no event follows. */
  end(): void {
    this.#events = undefined;
    this.#child.kill('SIGKILL');
  }

  #listen(): void {
    this.#child.on('message', (message) => {
      this.#receive(message as FromProcess);
    });
    this.#child.on('error', () => {
      this.#ended({ kind: 'ended' });
    });
    // The runtime aborts when its heap is full; the kernel kills when the container's memory is.
    this.#child.on('exit', (_code, signal) => {
      this.#ended({ kind: signal === 'SIGABRT' || signal === 'SIGKILL' ? 'out-of-memory' : 'ended' });
    });
  }

  #receive(message: FromProcess): void {
    switch (message.type) {
      case 'ready':
        this.#events?.onReady();
        break;
      case 'alive':
        this.#events?.onAlive();
        break;
      case 'answers':
        this.#events?.onAnswers(message.answers);
        break;
      case 'broken':
        this.#ended({ kind: 'broken', error: message.error });
    }
  }

  #ended(why: Parameters<ProcessEvents['onEnd']>[0]): void {
    const events = this.#events;
    this.end();
    events?.onEnd(why);
  }
}
