import { resources, type Deployment, type KubeApi, type Pod } from '@streamjob/operator';
import { type Kubectl } from '../../../../hack/src/platform/kubectl.ts';
import { NAMESPACE } from './environment.ts';
import { eventually, type Jobs } from './jobs.ts';

/** What controllers and kubelets would do, where there are none. */
export class Kubelet {
  readonly #api: KubeApi;
  readonly #jobs: Jobs;
  readonly #kubectl: Kubectl;

  constructor(jobs: Jobs, kubectl: Kubectl) {
    this.#kubectl = kubectl;
    this.#api = jobs.api;
    this.#jobs = jobs;
  }

  /** Makes a job and plays its workers until it is Running. */
  async run(job: string, over: Parameters<Jobs['create']>[1] = {}): Promise<Deployment> {
    await this.#jobs.create(job, over);
    await this.#jobs.deployment(job);
    const deployment = await this.rollOut(job);
    await this.#jobs.until(job, 'Ready', 'True', 'Running');
    return deployment;
  }

  /** The Deployment's pods of the present revision are all there and ready. */
  async rollOut(job: string): Promise<Deployment> {
    return this.#report(job, (wanted) => ({ replicas: wanted, updatedReplicas: wanted, ready: wanted }));
  }

  /** New pods exist beside the old ones and are not ready. */
  async beginRollOut(job: string): Promise<Deployment> {
    return this.#report(job, (wanted) => ({ replicas: wanted + 1, updatedReplicas: 1, ready: wanted }));
  }

  async fail(job: string, conditions: object[]): Promise<void> {
    const ref = { namespace: NAMESPACE, name: `${job}-worker` };
    await this.#api.mergePatch(resources.deployments, ref, { status: { conditions } }, { subresource: 'status' });
  }

  async #report(
    job: string,
    counts: (wanted: number) => { replicas: number; updatedReplicas: number; ready: number },
  ): Promise<Deployment> {
    const { metadata, spec } = await this.#jobs.deployment(job);
    const { replicas, updatedReplicas, ready } = counts(spec?.replicas ?? 1);
    const status = {
      observedGeneration: metadata.generation,
      replicas,
      updatedReplicas,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: replicas - ready,
    };
    return this.#api.mergePatch<Deployment>(resources.deployments, metadata, { status }, { subresource: 'status' });
  }

  /** A pod of the job's Deployment. */
  async addPod(job: string, name: string, status: object = {}): Promise<Pod> {
    const { spec } = await this.#jobs.deployment(job);
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: `${job}-worker-abc`,
      uid: `rs-${job}`,
      controller: true,
    };
    const template = spec?.template;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: NAMESPACE, labels: template?.metadata?.labels, ownerReferences: [owner] },
      spec: { ...template?.spec, nodeName: 'nowhere' },
    };
    const { metadata } = await this.#api.create<Pod>(resources.pods, pod, { namespace: NAMESPACE, name });
    return this.#api.mergePatch<Pod>(resources.pods, metadata, { status }, { subresource: 'status' });
  }

  async setPod(name: string, status: object): Promise<void> {
    await this.#api.mergePatch(resources.pods, { namespace: NAMESPACE, name }, { status }, { subresource: 'status' });
  }

  /** The kubelet's last word: the pod is gone. */
  async endPod(name: string): Promise<void> {
    await this.#kubectl(['delete', 'pod', name, '-n', NAMESPACE, '--force', '--grace-period=0', '--wait=false']);
  }

  /** The garbage collector lets a Deployment go that was deleted in the foreground. */
  async collect(job: string): Promise<void> {
    await eventually(`${job}-worker is being deleted`, async () => {
      const found = await this.#jobs.find<Deployment>(resources.deployments, `${job}-worker`);
      if (found === undefined) return true;
      if (found.metadata.deletionTimestamp === undefined) return false;
      await this.#api.mergePatch(resources.deployments, found.metadata, { metadata: { finalizers: null } });
      return true;
    });
  }
}
