import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../hack/src/build/bundle.ts';
import { freePorts } from '../../hack/src/process/ports.ts';
import { startServer, type ServerProcess } from '../../hack/src/process/server.ts';
import { OWN_CONSUMER } from '../integration/worker/harness/broker.ts';
import { jobManifest } from './job.ts';
import { type PassthroughOptions } from './raw/passthrough.ts';

/** Each runs as a process of its own, so that all of its CPU time counts and nothing else's. */
export type ContestantName = 'naive' | 'worker' | 'raw';
export const CONTESTANTS: readonly ContestantName[] = ['naive', 'worker', 'raw'];

export type Task = { readonly url: string; readonly stream: string; readonly percent: number };
export type WorkerTask = Task & { readonly manifest?: object; readonly args?: readonly string[] };
export type RunningWorker = ServerProcess & { readonly port: number };

/** Starts contestants from one folder of logs and state. */
export type Stable = {
  start(name: ContestantName, task: Task): Promise<ServerProcess>;
  worker(task: WorkerTask): Promise<RunningWorker>;
  raw(options: PassthroughOptions): ServerProcess;
  /** A program of this folder with its options as JSON. */
  program(file: string, options: object): ServerProcess;
  close(): void;
};

const RAW_CREDIT = 4000;

/** Takes the worker that an image would have: bundled now, or the bundle in a folder, such as one of an earlier commit. */
export async function openStable(bundled?: string): Promise<Stable> {
  const built = bundled ?? (await bundle('worker')).dir;
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-bench-'));
  cpSync(built, join(dir, 'worker'), { recursive: true });
  let started = 0;
  const run = (args: readonly string[]): ServerProcess =>
    startServer(process.execPath, args, join(dir, `${(started += 1)}.log`));
  const program: Stable['program'] = (file, options) => run([join(import.meta.dirname, file), JSON.stringify(options)]);
  const raw: Stable['raw'] = (options) => program('contestants/raw.ts', options);
  const worker: Stable['worker'] = async ({ url, stream, percent, manifest, args = [] }) => {
    const [port = 0] = await freePorts(1);
    const job = join(dir, `job-${started}.json`);
    writeFileSync(job, JSON.stringify(manifest ?? jobManifest(percent, stream)));
    const state = join(dir, `state-${started}`);
    const fixed = ['--job', job, '--nats', url, '--state-dir', state, '--port', String(port)];
    return { ...run([join(dir, 'worker', 'main.mjs'), ...fixed, ...args]), port };
  };
  return {
    program,
    raw,
    worker,
    start: async (name, task) => {
      const { url, stream, percent } = task;
      const options = { url, stream, percent, consumer: OWN_CONSUMER };
      if (name === 'worker') return worker(task);
      return name === 'raw'
        ? raw({ ...options, credit: RAW_CREDIT, acks: 'explicit' })
        : program('contestants/naive.ts', options);
    },
    close: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Ends a process at once: nothing that it would still do is measured. */
export async function kill(contestant: ServerProcess): Promise<void> {
  contestant.kill('SIGKILL');
  await contestant.stop();
}
