import { rmSync } from 'node:fs';
import { binaryPath, ensureBinaries, kindClusterBinaries } from '../../binaries/index.ts';
import { apiIsReady } from '../../control-plane/index.ts';
import { run } from '../../process/run.ts';
import { type Progress } from '../../progress.ts';
import { type Provider } from '../choose-way.ts';
import { kubeconfigOf, stateDirOf, writeState } from '../state.ts';

/** Creates a cluster of one node with kind, after removing what an earlier run of ours left under this name. */
export async function upKind(name: string, provider: Provider, image: string, progress: Progress): Promise<void> {
  await ensureBinaries(kindClusterBinaries, progress);
  await downKind(name, provider);
  writeState(name, { way: 'kind', provider });
  const args = [
    'create',
    'cluster',
    '--name',
    name,
    '--image',
    image,
    '--kubeconfig',
    kubeconfigOf(name),
    '--wait',
    '180s',
  ];
  await progress.step(`creating the kind cluster ${name} on ${provider}`, () => kind(provider, args), 40);
  writeState(name, { way: 'kind', provider, complete: true });
}

export async function downKind(name: string, provider: Provider): Promise<void> {
  await kind(provider, ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfigOf(name)]);
  rmSync(stateDirOf(name), { recursive: true, force: true });
}

export async function loadKind(name: string, provider: Provider, archive: string): Promise<void> {
  await kind(provider, ['load', 'image-archive', archive, '--name', name]);
}

/** Whether the API server answers through the kubeconfig. */
export async function kindIsHealthy(name: string): Promise<boolean> {
  try {
    return await apiIsReady(kubeconfigOf(name));
  } catch {
    return false;
  }
}

async function kind(provider: Provider, args: readonly string[]): Promise<void> {
  await run(binaryPath('kind'), args, { env: { KIND_EXPERIMENTAL_PROVIDER: provider } });
}
