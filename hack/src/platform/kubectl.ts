import { binaryPath } from '../binaries/index.ts';
import { run, type RunOptions } from '../process/run.ts';

/** kubectl against one cluster. Every call throws CommandFailed with kubectl's own words. */
export type Kubectl = {
  readonly kubeconfig: string;
  (args: readonly string[], options?: RunOptions): Promise<string>;
  json<T>(args: readonly string[]): Promise<T>;
  /** Applies objects (or YAML text) server-side. */
  apply(manifests: string | readonly object[], args?: readonly string[]): Promise<string>;
};

export function createKubectl(kubeconfig: string): Kubectl {
  const call = (args: readonly string[], options: RunOptions = {}): Promise<string> =>
    run(binaryPath('kubectl'), ['--kubeconfig', kubeconfig, ...args], options);
  return Object.assign(call, {
    kubeconfig,
    json: async <T>(args: readonly string[]) => JSON.parse(await call([...args, '-o', 'json'])) as T,
    apply: (manifests: string | readonly object[], args: readonly string[] = []) =>
      call(['apply', '--server-side', '--force-conflicts', '-f', '-', ...args], { input: asText(manifests) }),
  });
}

function asText(manifests: string | readonly object[]): string {
  if (typeof manifests === 'string') return manifests;
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
}

export async function ensureNamespace(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
}

/** A Secret of text values; values go through standard input and never show in a process list. */
export async function ensureSecret(
  kubectl: Kubectl,
  namespace: string,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Promise<void> {
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData }]);
}

/** The values of a Secret, or undefined when there is none. */
export async function readSecret(
  kubectl: Kubectl,
  namespace: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  const found = await kubectl(['get', 'secret', name, '-n', namespace, '--ignore-not-found', '-o', 'json']);
  if (found.trim() === '') return undefined;
  const { data = {} } = JSON.parse(found) as { data?: Record<string, string> };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}
