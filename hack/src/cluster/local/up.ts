import { rmSync } from 'node:fs';
import { binariesDir, ensureBinaries, localClusterBinaries } from '../../binaries/index.ts';
import { buildImages, type BuiltImages } from '../../images/index.ts';
import { type Progress } from '../../progress.ts';
import { readState, writeState } from '../state.ts';
import { type Addresses, addressesIn } from './addresses.ts';
import { createCgroups, removeCgroups } from './cgroups.ts';
import { kubectl, untilApiReady, untilNodeReady, untilServicesWork } from './checks.ts';
import { type Component, containerRuntime, controlPlane, node, writeConfigs } from './components.ts';
import { dnsManifest } from './dns.ts';
import { importImage, untilRuntimeReady } from './runtime.ts';
import { createKeys } from './keys.ts';
import { type Layout, layoutOf } from './layout.ts';
import { chooseFreeBlock, connect, disconnect } from './network.ts';
import { ensurePackages } from './packages.ts';
import { createSandbox, destroySandbox, type Sandbox, startInside } from './sandbox.ts';

const READY_TIMEOUT_MS = 120_000;

/** Installs and builds what a local cluster is made of. */
export async function prepareLocal(progress: Progress): Promise<BuiltImages> {
  await ensurePackages(progress);
  await ensureBinaries(localClusterBinaries, progress);
  return buildImages({ engine: 'buildah', progress, names: ['coredns', 'pause'] });
}

/** Starts a cluster from nothing; whatever an earlier run left is removed before. */
export async function upLocal(name: string, progress: Progress): Promise<void> {
  const images = await prepareLocal(progress);
  await downLocal(name);
  const state = { way: 'local', block: await chooseFreeBlock() } as const;
  writeState(name, state);
  await progress.step(
    `starting the cluster ${name}`,
    (update) => start(layoutOf(name), addressesIn(state.block), images, update),
    20,
  );
  writeState(name, { ...state, complete: true });
}

/** Removes a cluster, or what is left of one: processes first, since all else is theirs. */
export async function downLocal(name: string): Promise<void> {
  const layout = layoutOf(name);
  const block = readState(name)?.block;
  await destroySandbox(layout.dir);
  await disconnect(name, block);
  await removeCgroups(name);
  rmSync(layout.dir, { recursive: true, force: true, maxRetries: 3 });
}

type Update = (state: { note: string }) => void;

async function start(layout: Layout, addresses: Addresses, images: BuiltImages, update: Update): Promise<void> {
  createCgroups(layout.name);
  update({ note: 'namespaces and network' });
  const sandbox = await createSandbox(layout.dir, binariesDir());
  await connect(sandbox, layout.name, addresses);
  update({ note: 'keys' });
  const keys = await createKeys(layout, addresses);
  writeConfigs(layout, keys, addresses, images.pause.ref);
  const launch = async (components: readonly Component[]): Promise<void> => {
    await Promise.all(components.map(({ name, command }) => startInside(sandbox, layout.log(name), command)));
  };
  update({ note: 'control plane' });
  await launch([containerRuntime(layout), ...controlPlane(layout, keys, addresses)]);
  await loadParts(sandbox, images);
  await untilApiReady(layout, READY_TIMEOUT_MS);
  update({ note: 'node' });
  await launch(node(layout, addresses));
  await kubectl(layout, ['apply', '-f', '-'], dnsManifest(images.coredns.ref, addresses.dnsService));
  await untilNodeReady(layout, READY_TIMEOUT_MS);
  update({ note: 'DNS and Services' });
  await untilServicesWork(layout, addresses, READY_TIMEOUT_MS);
}

async function loadParts(sandbox: Sandbox, images: BuiltImages): Promise<void> {
  await untilRuntimeReady(sandbox, READY_TIMEOUT_MS);
  await importImage(sandbox, images.pause.archive);
  await importImage(sandbox, images.coredns.archive);
}
