import { type Condition, type StreamJob } from '@streamjob/crds';
import { resources, type Deployment, type KubeApi, type KubeObject, type Pod } from '@streamjob/operator';
import { eventually } from './eventually.ts';
import { CONNECTION } from './release.ts';

export type LiveJob = StreamJob & KubeObject;
export type Spec = StreamJob['spec'];

/** The login of a namespace's jobs. */
export const LOGIN = 'nats-user';

/** A job of the tests' connection that passes everything on, unless told otherwise. */
export function manifest(namespace: string, name: string, stream: string, over: Partial<Spec> = {}): object {
  return {
    apiVersion: 'streamjobs.dev/v1alpha1',
    kind: 'StreamJob',
    metadata: { name, namespace },
    spec: {
      connection: CONNECTION,
      credentialsSecretName: LOGIN,
      source: { jetstream: { stream, startFrom: { policy: 'All' }, ackWait: '10s' } },
      sinks: [{ name: 'out', jetstream: { subject: `${namespace}.out.all` } }],
      // Many of them run at once on a small machine.
      worker: { resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } } },
      ...over,
    },
  };
}

/** What tests do to the jobs of one namespace, and see of them. */
export class Jobs {
  readonly #api: KubeApi;
  readonly #namespace: string;

  constructor(api: KubeApi, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  create(name: string, stream: string, over: Partial<Spec> = {}): Promise<LiveJob> {
    const job = manifest(this.#namespace, name, stream, over);
    return this.#api.create<LiveJob>(resources.streamJobs, job, this.#ref(name));
  }

  /** Creates a job and waits until its workers are ready. */
  async run(name: string, stream: string, over: Partial<Spec> = {}): Promise<void> {
    await this.create(name, stream, over);
    await this.until(name, 'Ready', 'True');
  }

  get(name: string): Promise<LiveJob> {
    return this.#api.get<LiveJob>(resources.streamJobs, this.#ref(name));
  }

  edit(name: string, spec: object): Promise<LiveJob> {
    return this.patch(name, { spec });
  }

  patch(name: string, patch: object): Promise<LiveJob> {
    return this.#api.mergePatch<LiveJob>(resources.streamJobs, this.#ref(name), patch);
  }

  async delete(name: string): Promise<void> {
    await this.#api.delete(resources.streamJobs, this.#ref(name));
  }

  async gone(name: string): Promise<void> {
    await eventually(`${name} is gone`, async () => {
      const { items } = await this.#api.list(resources.streamJobs, { namespace: this.#namespace });
      return items.every(({ metadata }) => metadata.name !== name);
    });
  }

  /** A condition, judged for the newest generation. */
  async condition(name: string, type: string): Promise<Condition | undefined> {
    const { status, metadata } = await this.get(name);
    const found = status?.conditions?.find((condition) => condition.type === type);
    return status?.observedGeneration === metadata.generation ? found : undefined;
  }

  until(name: string, type: string, wanted: string, reason?: string): Promise<Condition> {
    return eventually(`${name} ${type}=${wanted} ${reason ?? ''}`, async () => {
      const found = await this.condition(name, type);
      if (found?.status === wanted && (reason === undefined || found.reason === reason)) return found;
      throw new Error(`it is ${JSON.stringify((await this.get(name)).status)}`);
    });
  }

  /** Waits until a condition that is only there while true is gone. */
  async untilGone(name: string, type: string): Promise<void> {
    await eventually(`${name} has no ${type}`, async () => {
      const { status, metadata } = await this.get(name);
      const current = status?.observedGeneration === metadata.generation;
      return current && status?.conditions?.every((condition) => condition.type !== type);
    });
  }

  async pods(name: string): Promise<readonly Pod[]> {
    const labelSelector = `streamjobs.dev/job=${name}`;
    return (await this.#api.list<Pod>(resources.pods, { namespace: this.#namespace, labelSelector })).items;
  }

  /** Waits until so many ready workers and no others are there. */
  untilWorkers(name: string, count: number): Promise<readonly Pod[]> {
    return eventually(`${name} has ${count} workers`, async () => {
      const pods = await this.pods(name);
      if (pods.length === count && pods.every(isReady)) return pods;
      const { conditions, phase } = (await this.get(name)).status ?? {};
      throw new Error(
        `of ${pods.length} ${pods.filter(isReady).length} are ready: ${JSON.stringify({ phase, conditions })}`,
      );
    });
  }

  deployment(name: string): Promise<Deployment> {
    return this.#api.get<Deployment>(resources.deployments, this.#ref(`${name}-worker`));
  }

  async events(name: string): Promise<string[]> {
    type Event = KubeObject & { reason: string; regarding?: { name?: string } };
    const { items } = await this.#api.list<Event>(resources.events, { namespace: this.#namespace });
    return items.filter(({ regarding }) => regarding?.name === name).map(({ reason }) => reason);
  }

  #ref(name: string): { namespace: string; name: string } {
    return { namespace: this.#namespace, name };
  }
}

/** Names, restarts and start times: equal as long as nobody touched the pods. */
export function fingerprint(pods: readonly Pod[]): unknown {
  return pods
    .map(({ metadata: { uid }, status }) => [uid, status?.containerStatuses?.map(({ restartCount }) => restartCount)])
    .sort();
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  return ready && metadata.deletionTimestamp === undefined;
}
