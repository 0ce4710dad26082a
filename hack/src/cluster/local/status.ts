import { containerProcesses } from './cgroups.ts';
import { apiIsReady } from '../../control-plane/index.ts';
import { nodeIsReady } from './checks.ts';
import { importImage, signalTask } from './runtime.ts';
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

/** Sends a signal to the main process of a container. */
export async function signalLocal(name: string, containerId: string, signal: NodeJS.Signals): Promise<void> {
  await signalTask(requireSandbox(name), containerId, signal);
}

/** The main process of a container, as this machine numbers it. Throws when the container doesn't run. */
export function pidOf(name: string, containerId: string): number {
  const [first] = containerProcesses(name, containerId).sort((a, b) => a - b);
  if (first === undefined) throw new Error(`container ${containerId} does not run`);
  return first;
}

function requireSandbox(name: string): Sandbox {
  const sandbox = findSandbox(layoutOf(name).dir);
  if (sandbox === undefined) throw new Error(`cluster ${name} does not run: npm run cluster -- up`);
  return sandbox;
}
