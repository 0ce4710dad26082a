import { containerProcesses } from './cgroups.ts';
import { apiIsReady, askApi } from '../../control-plane/index.ts';
import { nodeIsReady } from './checks.ts';
import { importImage } from './images.ts';
import { layoutOf } from './layout.ts';
import { findSandbox, type Sandbox } from './sandbox.ts';

/** Undefined when all is well, else what is not. */
export async function troubleOfLocal(name: string): Promise<string | undefined> {
  const layout = layoutOf(name);
  if (findSandbox(layout.dir) === undefined) return 'its processes are gone';
  try {
    if (!(await apiIsReady(layout.kubeconfig))) return 'its API server is not ready';
    return (await nodeIsReady(layout)) ? undefined : 'its node is not ready';
  } catch {
    return 'its API server does not answer';
  }
}

export async function loadLocal(name: string, archive: string): Promise<void> {
  await importImage(requireSandbox(name), archive);
}

/** The first process of a container, as this machine numbers it. Throws when the container doesn't run. */
export async function containerPid(name: string, namespace: string, pod: string, container: string): Promise<number> {
  const { body } = await askApi(layoutOf(name).kubeconfig, `/api/v1/namespaces/${namespace}/pods/${pod}`);
  const found = JSON.parse(body) as { status?: { containerStatuses?: { name: string; containerID?: string }[] } };
  const id = found.status?.containerStatuses?.find((each) => each.name === container)?.containerID;
  const pids = id === undefined ? [] : containerProcesses(name, id.replace('containerd://', ''));
  const [first] = pids.sort((a, b) => a - b);
  if (first === undefined) throw new Error(`container ${container} of pod ${namespace}/${pod} does not run`);
  return first;
}

function requireSandbox(name: string): Sandbox {
  const sandbox = findSandbox(layoutOf(name).dir);
  if (sandbox === undefined) throw new Error(`cluster ${name} does not run: npm run cluster -- up`);
  return sandbox;
}
