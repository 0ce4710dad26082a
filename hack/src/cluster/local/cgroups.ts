import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from '../../process/poll.ts';

/** The cgroup that all pods of a cluster are below, in every hierarchy of this machine. */
export function cgroupOf(clusterName: string): string {
  return `streamjob-${clusterName}`;
}

export interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
}

/** The mount points of cgroup hierarchies in the text of /proc/mounts. */
export function hierarchiesOf(mounts: string): Hierarchy[] {
  const found = mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [, path, type] = line.split(' ');
    if (path === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
    return [{ path, version: type === 'cgroup' ? 1 : 2 }];
  });
  return found.filter(({ path }, index) => found.findIndex((other) => other.path === path) === index);
}

export function createCgroups(clusterName: string): void {
  for (const { path, version } of hierarchies()) {
    const dir = join(path, cgroupOf(clusterName));
    if (version === 2) delegate(path);
    mkdirSync(dir, { recursive: true });
    if (version === 2) delegate(dir);
    else inheritCpuset(path, dir);
  }
}

const REMOVE_TIMEOUT_MS = 30_000;

/** Removes the cgroups of a cluster whose processes were killed: a cgroup is busy until the kernel has buried them. */
export async function removeCgroups(clusterName: string): Promise<void> {
  for (const { path } of hierarchies()) {
    const dir = join(path, cgroupOf(clusterName));
    const removed = (): boolean => {
      removeTree(dir);
      return true;
    };
    await poll(`the cgroup ${dir} is empty`, removed, { timeoutMs: REMOVE_TIMEOUT_MS });
  }
}

/** The processes in the cgroup of a container, as this machine numbers them; empty when it isn't there. */
export function containerProcesses(clusterName: string, containerId: string): number[] {
  for (const { path } of hierarchies()) {
    const dir = findDir(join(path, cgroupOf(clusterName)), containerId);
    if (dir === undefined) continue;
    const pids = readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    if (pids.length > 0) return pids;
  }
  return [];
}

function hierarchies(): Hierarchy[] {
  return hierarchiesOf(readFileSync('/proc/mounts', 'utf8'));
}

/** Lets the children of a version 2 cgroup have the controllers that kubelet asks for, as far as there are any. */
function delegate(dir: string): void {
  const control = join(dir, 'cgroup.subtree_control');
  if (!existsSync(control)) return;
  const available = readFileSync(join(dir, 'cgroup.controllers'), 'utf8').trim().split(' ');
  for (const controller of ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids'].filter((each) =>
    available.includes(each),
  )) {
    writeFileSync(control, `+${controller}`);
  }
}

/** A new cpuset of version 1 is empty, and takes no process before it names processors. */
function inheritCpuset(parent: string, child: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (existsSync(join(child, file))) writeFileSync(join(child, file), readFileSync(join(parent, file), 'utf8'));
  }
}

function removeTree(dir: string): void {
  if (!existsSync(dir)) return;
  for (const child of childrenOf(dir)) removeTree(child);
  rmdirSync(dir);
}

function findDir(dir: string, name: string): string | undefined {
  if (!existsSync(dir)) return undefined;
  for (const child of childrenOf(dir)) {
    const found = child.endsWith(name) ? child : findDir(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function childrenOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(dir, entry.name));
}
