import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Way, ways } from './types.ts';

/** What is noted about a cluster before anything of it is made, so that a later run finds what to remove. */
export interface ClusterState {
  readonly way: Way;
  /** Noted last: without it the run that made the cluster didn't come to its end. */
  readonly complete?: true;
  /** The first two numbers of the cluster's addresses, such as `10.231`; only of a local cluster. */
  readonly block?: string;
  /** The engine behind kind. */
  readonly provider?: 'docker' | 'podman';
}

export const DEFAULT_CLUSTER = 'streamjob';

/** Lower case, digits and hyphens: the name becomes part of paths, cgroups and container names. */
export function checkClusterName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return name;
  throw new Error(`cluster name ${JSON.stringify(name)}: use lower case letters, digits and hyphens, at most 40`);
}

/** Where all clusters of this user are noted: `~/.local/state/streamjob-operator`. */
export function clustersDir(): string {
  return join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'streamjob-operator');
}

export function stateDirOf(name: string): string {
  return join(clustersDir(), checkClusterName(name));
}

export function kubeconfigOf(name: string): string {
  return join(stateDirOf(name), 'kubeconfig');
}

export function clusterNames(): string[] {
  if (!existsSync(clustersDir())) return [];
  return readdirSync(clustersDir()).filter((name) => existsSync(join(clustersDir(), name, 'state.json')));
}

export function writeState(name: string, state: ClusterState): void {
  const dir = stateDirOf(name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const draft = join(dir, 'state.json.draft');
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, join(dir, 'state.json'));
}

export function readState(name: string): ClusterState | undefined {
  try {
    return parseState(readFileSync(join(stateDirOf(name), 'state.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Undefined for anything that writeState didn't write. */
export function parseState(text: string): ClusterState | undefined {
  try {
    const { way, complete, block, provider } = JSON.parse(text) as Record<string, unknown>;
    if (!ways.includes(way as Way)) return undefined;
    return {
      way: way as Way,
      ...(complete === true ? { complete } : {}),
      ...(typeof block === 'string' && /^\d+\.\d+$/.test(block) ? { block } : {}),
      ...(provider === 'docker' || provider === 'podman' ? { provider } : {}),
    };
  } catch {
    return undefined;
  }
}
