import { type ControllerDeps } from '../deps.ts';
import { patchStatusIfChanged, resources } from '../kube/index.ts';
import { type Controller, type ReconcileResult } from '../runtime/index.ts';
import { apply, refusalOf, type Applied, type ApplyDeps } from './apply.ts';
import { createCaches, watchAll, type Caches } from './caches.ts';
import { createConsumerTasks, type ConsumerTasks } from './consumer-tasks.ts';
import { actionNotices, consumerNotices, eventOf, transitionNotices, type Notice } from './events.ts';
import { plan, type Picture, type Plan } from './lifecycle/index.ts';
import { createMemory, type JobMemory } from './memory.ts';
import { observe, type Observed } from './observe.ts';
import { type LiveStreamJob, type Snapshot } from './snapshot.ts';
import { dueOf, gatherEvidence, isLookedAt, measure, nextStatus } from './status/index.ts';

const CONCURRENCY = 4;
/** A plan, its dry run, and the plan that knows what the dry run said. */
const MAX_ROUNDS = 3;
/** The end of a first look enqueues the job; this is for a look that never ends. */
const FIRST_LOOK_MS = 15_000;

/** Brings every StreamJob nearer to its spec: observe → plan → apply → status. */
export function createStreamJobController(deps: ControllerDeps): Controller {
  const reconciler = new StreamJobReconciler(deps);
  return {
    name: 'streamjob',
    concurrency: CONCURRENCY,
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    watch: (enqueue) => {
      reconciler.watch(enqueue);
    },
  };
}

class StreamJobReconciler {
  readonly #deps: ControllerDeps;
  readonly #caches: Caches;
  readonly #tasks: ConsumerTasks;
  readonly #apply: ApplyDeps;
  readonly #memories = new Map<string, JobMemory>();
  #enqueue: (key: string) => void = () => undefined;

  constructor(deps: ControllerDeps) {
    const { api, applier, informers, brokers, clock, log } = deps;
    this.#deps = deps;
    this.#caches = createCaches(informers);
    this.#tasks = createConsumerTasks({
      brokers,
      clock,
      onDone: (key, task) => {
        const job = this.#caches.streamJobs.get(...splitKey(key));
        if (job !== undefined) this.#record(job, consumerNotices(task));
        if (task.outcome.state === 'failed')
          log.warn({ job: key, error: task.outcome.error }, 'consumer request failed');
        this.#enqueue(key);
      },
    });
    const now = () => clock.now();
    this.#apply = { api, applier, caches: this.#caches, tasks: this.#tasks, now };
  }

  watch(enqueue: (key: string) => void): void {
    this.#enqueue = enqueue;
    watchAll(this.#caches, enqueue);
    this.#deps.samples.subscribe(enqueue);
  }

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const job = this.#caches.streamJobs.get(...splitKey(key));
    if (job === undefined) {
      this.#forget(key);
      return {};
    }
    const memory = this.#memoryOf(key, job);
    for (let round = 1; ; round++) {
      const observed = await this.#observe(key, memory, signal);
      const decided = plan(observed.snapshot, this.#deps.clock.now());
      this.#sample(key, decided);
      const applied = await this.#applyOrTell(key, observed, decided, memory, signal);
      if (applied.rehearsal !== undefined) memory.rehearsal = applied.rehearsal;
      if (applied.rehearsal === undefined || round === MAX_ROUNDS) {
        return await this.#conclude(observed, decided, applied, memory, signal);
      }
    }
  }

  #observe(key: string, memory: JobMemory, signal: AbortSignal): Promise<Observed> {
    const job = this.#caches.streamJobs.get(...splitKey(key));
    if (job === undefined) throw new Error('the job went while it was looked at');
    const look = { key, job, caches: this.#caches, memory, task: this.#tasks.get(key) };
    return observe(this.#deps, look, signal);
  }

  /** A write that the API server refuses for good is told in the status before it is tried again. */
  async #applyOrTell(
    key: string,
    { snapshot }: Observed,
    { actions, picture }: Plan,
    memory: JobMemory,
    signal: AbortSignal,
  ): Promise<Applied> {
    if (actions.length > 0) this.#deps.log.debug({ job: key, actions: actions.map(describe) }, 'planned');
    try {
      return await apply(this.#apply, { key, snapshot, signal }, actions);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== undefined) await this.#writeStatus(snapshot, { ...picture, refusal }, memory, signal);
      throw error;
    }
  }

  /** Writes the status and the events, and says when to look again. */
  async #conclude(
    { snapshot, lookAgainAtMs }: Observed,
    { picture, sample, requeueAtMs }: Plan,
    { job, done }: Applied,
    memory: JobMemory,
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    this.#record(snapshot.job, actionNotices(done, snapshot, picture));
    if (job === undefined) return {};
    const nowMs = this.#deps.clock.now();
    const isKnown = sample === undefined || job.status === undefined || isLookedAt(snapshot.record, sample);
    const inMs = isKnown ? await this.#writeStatus({ ...snapshot, job }, picture, memory, signal) : FIRST_LOOK_MS;
    const delays = [inMs, ...[requeueAtMs, lookAgainAtMs].map((atMs) => atMs && Math.max(0, atMs - nowMs))];
    const known = delays.filter((delay) => delay !== undefined);
    return known.length === 0 ? {} : { requeueAfterMs: Math.min(...known) };
  }

  /** Answers when moving numbers will be due, if they are not yet. */
  async #writeStatus(
    snapshot: Snapshot,
    picture: Picture,
    memory: JobMemory,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { api, clock } = this.#deps;
    const nowMs = clock.now();
    const evidence = gatherEvidence(snapshot, nowMs);
    memory.meter = measure(memory.meter, evidence.progress);
    const next = nextStatus(snapshot, picture, evidence, memory.meter, nowMs);
    const { job } = snapshot;
    const due = dueOf(job.status, next, nowMs);
    if (!due.write) return due.inMs;
    const written = await patchStatusIfChanged(api, resources.streamJobs, job, next, signal);
    if (written === undefined) return undefined;
    this.#caches.streamJobs.observe(written);
    this.#record(job, transitionNotices(job.status, next));
    return undefined;
  }

  #record(job: LiveStreamJob, notices: readonly Notice[]): void {
    for (const notice of notices) this.#deps.recorder.record(eventOf(job, notice));
  }

  #sample(key: string, { sample }: Plan): void {
    if (sample === undefined) this.#deps.samples.untrack(key);
    else this.#deps.samples.track(key, sample);
  }

  /** A job made anew under the same name knows nothing of the one before. */
  #memoryOf(key: string, { metadata: { uid } }: LiveStreamJob): JobMemory {
    const known = this.#memories.get(key);
    if (known?.uid === uid) return known;
    this.#forget(key);
    const memory = createMemory(uid);
    this.#memories.set(key, memory);
    return memory;
  }

  #forget(key: string): void {
    this.#memories.delete(key);
    this.#tasks.forget(key);
    this.#deps.samples.untrack(key);
  }
}

function splitKey(key: string): [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** An action in a few words, for the log. */
function describe(action: Plan['actions'][number]): string {
  if (action.type === 'apply') return `apply ${action.resource.kind} ${action.desired.metadata.name}`;
  if (action.type === 'delete') return `delete ${action.resource.kind} ${action.ref.name}`;
  return action.type === 'requestConsumer' ? `${action.request.kind} consumer` : action.type;
}
