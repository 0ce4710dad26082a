import { type Pod, resources } from '@streamjob/operator';
import { type TestCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

export type Container = { readonly namespace: string; readonly pod: string; readonly container: string };

/** kill -9 of a container's first process. Returns when the kubelet has noticed. */
export async function killContainer(cluster: TestCluster, target: Container): Promise<void> {
  const before = await status(cluster, target);
  await cluster.cluster.signalContainer(target.namespace, target.pod, target.container, 'SIGKILL');
  await eventually(`the kubelet notices the death of ${target.pod}`, async () => {
    const now = await status(cluster, target);
    return now === undefined || now.containerID !== before?.containerID || now.state?.running === undefined;
  });
}

async function status({ api }: TestCluster, { namespace, pod, container }: Container) {
  const { status: told } = await api.get<Pod>(resources.pods, { namespace, name: pod });
  return told?.containerStatuses?.find(({ name }) => name === container);
}
