import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binaryPath, ensureBinaries, kindClusterBinaries } from '../../binaries/index.ts';
import { apiIsReady, AUDIT_POLICY } from '../../control-plane/index.ts';
import { run } from '../../process/run.ts';
import { type Progress } from '../../progress.ts';
import { type Provider } from '../choose-way.ts';
import { kubeconfigOf, stateDirOf, writeState } from '../state.ts';
import { kindConfig } from './config.ts';

/** Creates a cluster of one node with kind, after removing what an earlier run of ours left under this name. */
export async function upKind(name: string, provider: Provider, image: string, progress: Progress): Promise<void> {
  await ensureBinaries(kindClusterBinaries, progress);
  await downKind(name, provider);
  writeState(name, { way: 'kind', provider });
  const config = writeConfig(name);
  const args = ['create', 'cluster', '--name', name, '--image', image, '--config', config, '--wait', '180s'];
  await progress.step(
    `creating the kind cluster ${name} on ${provider}`,
    () => kind(provider, [...args, '--kubeconfig', kubeconfigOf(name)]),
    40,
  );
  writeState(name, { way: 'kind', provider, complete: true });
}

export async function downKind(name: string, provider: Provider): Promise<void> {
  await kind(provider, ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfigOf(name)]);
  rmSync(stateDirOf(name), { recursive: true, force: true });
}

export async function loadKind(name: string, provider: Provider, archive: string): Promise<void> {
  await kind(provider, ['load', 'image-archive', archive, '--name', name]);
}

/** Sends a signal to the main process of a container. */
export async function signalKind(
  name: string,
  provider: Provider,
  containerId: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const kill = ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill', '--signal', signal, containerId];
  await run(provider, ['exec', `${name}-control-plane`, ...kill]);
}

/** Whether the API server answers through the kubeconfig. */
export async function kindIsHealthy(name: string): Promise<boolean> {
  try {
    return await apiIsReady(kubeconfigOf(name));
  } catch {
    return false;
  }
}

/** Where the API server's audit log lies on this machine. */
export function kindAuditLog(name: string): string {
  return join(auditDirOf(name), 'audit.log');
}

function writeConfig(name: string): string {
  const path = join(stateDirOf(name), 'kind.json');
  mkdirSync(auditDirOf(name), { recursive: true });
  writeFileSync(join(auditDirOf(name), 'policy.yaml'), AUDIT_POLICY);
  writeFileSync(path, kindConfig(auditDirOf(name), hasOldCgroups()));
  return path;
}

function auditDirOf(name: string): string {
  return join(stateDirOf(name), 'audit');
}

function hasOldCgroups(): boolean {
  return process.platform === 'linux' && !existsSync('/sys/fs/cgroup/cgroup.controllers');
}

async function kind(provider: Provider, args: readonly string[]): Promise<void> {
  await run(binaryPath('kind'), args, { env: { KIND_EXPERIMENTAL_PROVIDER: provider } });
}
