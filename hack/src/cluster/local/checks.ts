import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { binaryPath } from '../../binaries/index.ts';
import { apiIsReady, askApi } from '../../control-plane/index.ts';
import { poll } from '../../process/poll.ts';
import { run } from '../../process/run.ts';
import { type Addresses } from './addresses.ts';
import { type Layout, NODE_NAME } from './layout.ts';

const FORWARD_NAME = 'kubernetes.default.svc.cluster.local';

/** Runs kubectl as administrator of a cluster. Answers what it prints. */
export function kubectl(layout: Layout, args: readonly string[], input?: string): Promise<string> {
  const options = { timeoutMs: 60_000, ...(input === undefined ? {} : { input }) };
  return run(binaryPath('kubectl'), ['--kubeconfig', layout.kubeconfig, ...args], options);
}

export async function untilApiReady(layout: Layout, timeoutMs: number): Promise<void> {
  const ready = (): Promise<boolean> => apiIsReady(layout.kubeconfig);
  await poll('the API server is ready', ready, { timeoutMs }).catch(withLog(layout, 'kube-apiserver'));
}

export async function untilNodeReady(layout: Layout, timeoutMs: number): Promise<void> {
  await poll('the node is ready', () => nodeIsReady(layout), { timeoutMs, everyMs: 300 }).catch(
    withLog(layout, 'kubelet'),
  );
}

export async function nodeIsReady(layout: Layout): Promise<boolean> {
  const { status, body } = await askApi(layout.kubeconfig, `/api/v1/nodes/${NODE_NAME}`);
  if (status !== 200) return false;
  const node = JSON.parse(body) as { status?: { conditions?: { type: string; status: string }[] } };
  return node.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
}

/**
 * Asks the cluster's name server, through its Service, for the Service of the API server, and the API server through
 * that: a cluster can report Ready while its Services lead nowhere.
 */
export async function untilServicesWork(layout: Layout, addresses: Addresses, timeoutMs: number): Promise<void> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([addresses.dnsService]);
  const nameIsKnown = async (): Promise<boolean> =>
    (await resolver.resolve4(FORWARD_NAME)).includes(addresses.apiService);
  await poll(`cluster DNS at ${addresses.dnsService} knows ${FORWARD_NAME}`, nameIsKnown, { timeoutMs }).catch(
    withLog(layout, 'kube-proxy'),
  );
  const answers = (): Promise<boolean> => apiIsReady(layout.kubeconfig, `https://${addresses.apiService}`);
  await poll(`the Service ${FORWARD_NAME} answers`, answers, { timeoutMs }).catch(withLog(layout, 'kube-proxy'));
}

/** Adds the end of a component's log to an error. */
function withLog(layout: Layout, component: string): (error: unknown) => never {
  return (error) => {
    const words = lastLines(layout.log(component));
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${component}:\n${words}`, {
      cause: error,
    });
  };
}

function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-10).join('\n');
  } catch {
    return '(no log)';
  }
}
