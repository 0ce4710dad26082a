import { join } from 'node:path';
import { binaryPath } from '../binaries/index.ts';
import { run } from '../process/run.ts';
import { ensureNamespace, type Kubectl } from './kubectl.ts';

export const OPERATOR_NAMESPACE = 'streamjob-system';
export const RELEASE = 'streamjob-operator';
export const CHART = join(import.meta.dirname, '../../../charts/streamjob-operator');

export function helm(kubectl: Kubectl, args: readonly string[], input?: string): Promise<string> {
  return run(
    binaryPath('helm'),
    ['--kubeconfig', kubectl.kubeconfig, '-n', OPERATOR_NAMESPACE, ...args],
    input === undefined ? {} : { input },
  );
}

export type ImageRef = { readonly ref: string };

/** Installs or upgrades the chart and waits until its pods are ready. `values` are the chart's. */
export async function installOperator(
  kubectl: Kubectl,
  images: { readonly operator: ImageRef; readonly worker: ImageRef },
  values: object,
): Promise<void> {
  await ensureNamespace(kubectl, OPERATOR_NAMESPACE);
  const all = { ...values, image: asValues(images.operator), worker: { image: asValues(images.worker) } };
  await helm(
    kubectl,
    ['upgrade', '--install', RELEASE, CHART, '--values', '-', '--wait', '--timeout', '3m'],
    JSON.stringify(all),
  );
}

/** The chart takes repository and tag apart. */
function asValues({ ref }: ImageRef): { repository: string; tag: string } {
  const colon = ref.lastIndexOf(':');
  return { repository: ref.slice(0, colon), tag: ref.slice(colon + 1) };
}
