import { type Condition, type StreamJob } from '@streamjob/crds';
import { resources, type Deployment, type KubeApi, type KubeObject, type Resource } from '@streamjob/operator';
import { poll } from '../../../../hack/src/process/poll.ts';
import { NAMESPACE } from './environment.ts';

export type LiveJob = StreamJob & KubeObject;
type Spec = StreamJob['spec'];

const PATIENCE_MS = 60_000;

/** Waits until `look` answers something; tells the last answer when it never does. */
export function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  return poll(what, look, { timeoutMs: PATIENCE_MS, everyMs: 50 });
}

export function jobManifest(name: string, over: Partial<Spec> = {}): object {
  return {
    apiVersion: 'streamjobs.dev/v1alpha1',
    kind: 'StreamJob',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      source: { jetstream: { stream: 'FLIGHTS', startFrom: { policy: 'All' } } },
      steps: [{ name: 'late', filter: { expression: 'event.delay > 60' } }],
      sinks: [{ name: 'out', jetstream: { subject: 'delays.${event.origin}' } }],
      ...over,
    },
  };
}

export function reading(subjects: string[], stream = 'FLIGHTS'): Pick<Spec, 'source'> {
  return { source: { jetstream: { stream, subjects, startFrom: { policy: 'All' } } } };
}

/** What tests do to jobs and see of them. */
export class Jobs {
  readonly api: KubeApi;

  constructor(api: KubeApi) {
    this.api = api;
  }

  create(name: string, over: Partial<Spec> = {}): Promise<LiveJob> {
    return this.api.create<LiveJob>(resources.streamJobs, jobManifest(name, over), { namespace: NAMESPACE, name });
  }

  get(name: string): Promise<LiveJob> {
    return this.api.get<LiveJob>(resources.streamJobs, { namespace: NAMESPACE, name });
  }

  edit(name: string, spec: object): Promise<LiveJob> {
    return this.patch(name, { spec });
  }

  annotate(name: string, annotations: Record<string, string>): Promise<LiveJob> {
    return this.patch(name, { metadata: { annotations } });
  }

  patch(name: string, patch: object): Promise<LiveJob> {
    return this.api.mergePatch<LiveJob>(resources.streamJobs, { namespace: NAMESPACE, name }, patch);
  }

  delete(name: string): Promise<void> {
    return this.api.delete(resources.streamJobs, { namespace: NAMESPACE, name });
  }

  async find<T extends KubeObject>(resource: Resource, name: string): Promise<T | undefined> {
    const { items } = await this.api.list<T>(resource, {
      namespace: NAMESPACE,
      fieldSelector: `metadata.name=${name}`,
    });
    return items[0];
  }

  async condition(name: string, type: string): Promise<Condition | undefined> {
    const { status, metadata } = await this.get(name);
    const found = status?.conditions?.find((condition) => condition.type === type);
    return status?.observedGeneration === metadata.generation ? found : undefined;
  }

  /** Waits until a condition, judged for the newest generation, says so. */
  until(name: string, type: string, status: string, reason?: string): Promise<Condition> {
    return eventually(`${name} ${type}=${status} ${reason ?? ''}`, async () => {
      const found = await this.condition(name, type);
      if (found?.status !== status || (reason !== undefined && found.reason !== reason)) {
        throw new Error(`it is ${JSON.stringify((await this.get(name)).status)}`);
      }
      return found;
    });
  }

  /** Waits until a condition that is only there while true is gone. */
  async untilGone(name: string, type: string): Promise<void> {
    await eventually(`${name} has no ${type}`, async () => {
      const { status, metadata } = await this.get(name);
      return (
        status?.observedGeneration === metadata.generation &&
        status?.conditions?.every((condition) => condition.type !== type)
      );
    });
  }

  deployment(name: string): Promise<Deployment> {
    return eventually(`Deployment of ${name}`, () => this.find<Deployment>(resources.deployments, `${name}-worker`));
  }

  gone(resource: Resource, name: string): Promise<true> {
    return eventually(`${resource.kind} ${name} is gone`, async () => (await this.find(resource, name)) === undefined);
  }

  async events(name: string): Promise<string[]> {
    type Event = KubeObject & { reason: string; regarding?: { name?: string } };
    const { items } = await this.api.list<Event>(resources.events, { namespace: NAMESPACE });
    return items.filter(({ regarding }) => regarding?.name === name).map(({ reason }) => reason);
  }

  untilEvent(name: string, reason: string): Promise<true> {
    return eventually(`event ${reason} of ${name}`, async () => (await this.events(name)).includes(reason));
  }
}
