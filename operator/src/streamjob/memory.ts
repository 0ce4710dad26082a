import { type HttpConfig } from '../config/schema.ts';
import { check, type Verdict } from './check.ts';
import { checkHosts } from './http-hosts.ts';
import { type MountMemory } from './mount-failures.ts';
import { type LiveStreamJob, type Rehearsal } from './snapshot.ts';
import { emptyMeter, type Meter } from './status/index.ts';

/** What is kept of a job between two looks. All of it can be lost: a new process finds it out again. */
export type JobMemory = {
  readonly uid: string;
  readonly mounts: MountMemory;
  verdict: { readonly generation: number; readonly verdict: Verdict } | undefined;
  rehearsal: Rehearsal | undefined;
  meter: Meter;
};

export function createMemory(uid: string): JobMemory {
  return { uid, mounts: new Map(), verdict: undefined, rehearsal: undefined, meter: emptyMeter };
}

/** Checks a spec once a generation: compiling its expressions costs milliseconds. */
export function verdictOf(memory: JobMemory, job: LiveStreamJob, http: HttpConfig): Verdict {
  const { generation = 0, namespace = '' } = job.metadata;
  if (memory.verdict?.generation !== generation) {
    memory.verdict = { generation, verdict: checkHosts(check(job), namespace, http) };
  }
  return memory.verdict.verdict;
}
