import { type Pod, resources } from '@streamjob/operator';
import { readState } from '../../../hack/src/cluster/state.ts';
import { run } from '../../../hack/src/process/run.ts';
import { type TestCluster } from './cluster.ts';
import { eventually } from './eventually.ts';

export type Container = { readonly namespace: string; readonly pod: string; readonly container: string };

/** kill -9 of a container's first process. Returns when the kubelet has noticed. */
export async function killContainer(cluster: TestCluster, target: Container): Promise<void> {
  const before = await status(cluster, target);
  await kill(cluster, target, before?.containerID ?? '');
  await eventually(`the kubelet notices the death of ${target.pod}`, async () => {
    const now = await status(cluster, target);
    return now === undefined || now.containerID !== before?.containerID || now.state?.running === undefined;
  });
}

async function kill({ cluster }: TestCluster, { namespace, pod, container }: Container, id: string): Promise<void> {
  if (cluster.containerPid !== undefined) {
    process.kill(await cluster.containerPid(namespace, pod, container), 'SIGKILL');
    return;
  }
  const provider = readState(cluster.name)?.provider ?? 'docker';
  const template = '{{.info.pid}}';
  const script = `kill -9 "$(crictl inspect --output go-template --template '${template}' ${id.replace(/^.*:\/\//, '')})"`;
  await run(provider, ['exec', `${cluster.name}-control-plane`, 'sh', '-c', script]);
}

async function status({ api }: TestCluster, { namespace, pod, container }: Container) {
  const { status: told } = await api.get<Pod>(resources.pods, { namespace, name: pod });
  return told?.containerStatuses?.find(({ name }) => name === container);
}
