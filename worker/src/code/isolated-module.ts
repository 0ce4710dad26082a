import { batchText, createCall } from './call.ts';
import { CallQueue } from './call-queue.ts';
import { type CodeAnswer, type CodeModule, type ModuleRequest } from './code-module.ts';
import { ModuleProcess, type ProcessEvents } from './module-process.ts';
import { type Answer } from './protocol.ts';
import { readAnswer } from './read-answer.ts';
import { lookEveryMs, Watchdog } from './watchdog.ts';

type Ended = Parameters<ProcessEvents['onEnd']>[0]['kind'] | 'hung';

/** A module has so long to be loaded. */
const LOAD_MS = 10_000;

const GUILTY: Readonly<Record<Exclude<Ended, 'broken'>, CodeAnswer>> = {
  hung: readAnswer({ id: 0, kind: 'timeout', text: '', inexact: false }),
  'out-of-memory': { kind: 'failed', reason: 'CodeOutOfMemory', error: 'the function needed more than `memory`' },
  ended: { kind: 'failed', reason: 'CodeFailed', error: 'the function ended its process' },
};

/** A module in a process that is started anew whenever a call hangs or kills it; only that call fails. */
export class IsolatedModule implements CodeModule {
  readonly #request: ModuleRequest;
  readonly #queue = new CallQueue();
  readonly #watchdog: Watchdog;
  #process: ModuleProcess | undefined;
  #isReady = false;
  /** Calls that the present process answered. */
  #answered = 0;
  #loading: NodeJS.Timeout | undefined;
  #watching: NodeJS.Timeout | undefined;
  #scheduled = false;
  #closed = false;
  #start: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(request: ModuleRequest) {
    this.#request = request;
    this.#watchdog = new Watchdog();
  }

  /** Loads the module for the first time. Rejects with what is wrong with it, which quotes nothing but its source. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#start = { resolve, reject };
      this.#load();
    });
  }

  run: CodeModule['run'] = (event, message) =>
    new Promise((resolve) => {
      this.#queue.add(createCall(event, message, resolve));
      this.#schedule();
    });

  /** Ends the process; calls that weren't answered are told that the module is unavailable. */
  close(): void {
    this.#closed = true;
    this.#stop();
    this.#refuseAll('Closed');
  }

  /** Gathers the calls of one turn into one batch. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#closed) this.#refuseAll('Closed');
    if (this.#queue.size === 0) return;
    if (this.#process === undefined) this.#load();
    if (!this.#isReady) return;
    for (let batch = this.#queue.next(); batch.length > 0; batch = this.#queue.next()) {
      this.#process?.post(batchText(batch));
    }
    this.#watch();
  }

  #load(): void {
    const { name, source, timeoutMs, memoryMebibytes } = this.#request;
    this.#answered = 0;
    this.#watchdog.heard();
    this.#process = new ModuleProcess(
      { source, url: `code/${name}.js`, timeoutMs, memoryMebibytes },
      {
        onReady: () => {
          this.#ready();
        },
        onAlive: () => {
          this.#watchdog.heard();
        },
        onAnswers: (answers) => {
          this.#take(answers);
        },
        onEnd: (why) => {
          if (why.kind === 'broken' || !this.#isReady) this.#broken('error' in why ? why.error : undefined);
          else this.#ended(why.kind);
        },
      },
    );
    this.#loading = setTimeout(() => {
      this.#broken(`the module was not loaded within ${LOAD_MS / 1000} s`);
    }, LOAD_MS);
  }

  #ready(): void {
    clearTimeout(this.#loading);
    this.#isReady = true;
    this.#start?.resolve();
    this.#start = undefined;
    this.#pump();
  }

  #broken(error = 'the module ended its process while it was loaded'): void {
    this.#stop();
    this.#start?.reject(new Error(error));
    this.#start = undefined;
    this.#queue.takeBack(false);
    this.#refuseAll('NotLoaded');
  }

  #take(answers: readonly Answer[]): void {
    this.#watchdog.heard();
    for (const answer of answers) {
      this.#answered += 1;
      this.#queue.answered(answer.id)?.resolve(readAnswer(answer));
    }
    if (this.#queue.called === 0) this.#unwatch();
    this.#pump();
  }

  /** Looks after the process as long as it has calls. */
  #watch(): void {
    this.#watching ??= setInterval(() => {
      if (this.#watchdog.look()) this.#ended('hung');
    }, lookEveryMs(this.#request.timeoutMs));
  }

  #unwatch(): void {
    clearInterval(this.#watching);
    this.#watching = undefined;
    this.#watchdog.heard();
  }

  /**
   * The process hangs or is gone. A call that had it alone is guilty: of a hang in any case, of the rest when the process
   * had done nothing else. Otherwise all that it had run again, each alone; those that pass are innocent.
   */
  #ended(why: Exclude<Ended, 'broken'>): void {
    const alone = why === 'hung' || this.#answered === 0 ? this.#queue.alone : undefined;
    this.#stop();
    if (alone !== undefined) this.#queue.answered(alone)?.resolve(GUILTY[why]);
    this.#queue.takeBack(true);
    this.#pump();
  }

  #stop(): void {
    clearTimeout(this.#loading);
    this.#unwatch();
    this.#process?.end();
    this.#process = undefined;
    this.#isReady = false;
  }

  #refuseAll(code: string): void {
    for (const { resolve } of this.#queue.drain()) resolve({ kind: 'unavailable', code });
  }
}
