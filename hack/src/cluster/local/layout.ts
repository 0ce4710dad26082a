import { join } from 'node:path';
import { stateDirOf } from '../state.ts';

/** Where things lie in a local cluster's state folder; the paths are the same inside its sandbox. */
export interface Layout {
  readonly name: string;
  readonly dir: string;
  readonly pki: string;
  readonly config: string;
  readonly kubeconfig: string;
  readonly auditLog: string;
  log(component: string): string;
  /** A component's configuration file or kubeconfig. */
  file(name: string): string;
}

export function layoutOf(name: string): Layout {
  const dir = stateDirOf(name);
  const config = join(dir, 'config');
  return {
    name,
    dir,
    pki: join(dir, 'pki'),
    config,
    kubeconfig: join(dir, 'kubeconfig'),
    auditLog: join(dir, 'logs', 'audit.log'),
    log: (component) => join(dir, 'logs', `${component}.log`),
    file: (file) => join(config, file),
  };
}

/** The only node. */
export const NODE_NAME = 'node-0';

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';
export const API_PORT = 6443;
