import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binaryPath } from '../../binaries/index.ts';
import { apiServerFlags, auditFlags, AUDIT_POLICY, etcdFlags } from '../../control-plane/index.ts';
import { type Addresses } from './addresses.ts';
import { cniConfig, containerdConfig, kubeletConfig, proxyConfig } from './config.ts';
import { type ClusterKeys } from './keys.ts';
import { API_PORT, CONTAINERD_SOCKET, type Layout, NODE_NAME } from './layout.ts';
import { cniDir } from './packages.ts';

/** A process of the cluster: its name is that of its log. */
export interface Component {
  readonly name: string;
  readonly command: readonly string[];
}

const ETCD = 'http://127.0.0.1:2379';

/** Writes every configuration file that the components read. */
export function writeConfigs(layout: Layout, keys: ClusterKeys, addresses: Addresses, pauseImage: string): void {
  mkdirSync(layout.file('cni'), { recursive: true });
  const files: Record<string, string> = {
    'containerd.toml': containerdConfig(pauseImage, cniDir(), layout),
    [join('cni', '10-pods.conflist')]: cniConfig(addresses),
    'kubelet.json': kubeletConfig(layout, keys, addresses),
    'kube-proxy.json': proxyConfig(layout, NODE_NAME, addresses),
    'audit-policy.yaml': AUDIT_POLICY,
    'resolv.conf': '',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(layout.file(name), content);
}

/** etcd, the API server and the controllers. */
export function controlPlane(layout: Layout, keys: ClusterKeys, addresses: Addresses): readonly Component[] {
  return [
    {
      name: 'etcd',
      command: [binaryPath('etcd'), ...etcdFlags(join(layout.dir, 'etcd'), ETCD, 'http://127.0.0.1:2380')],
    },
    { name: 'kube-apiserver', command: [binaryPath('kube-apiserver'), ...apiServer(layout, keys, addresses)] },
    {
      name: 'kube-controller-manager',
      command: [
        binaryPath('kube-controller-manager'),
        `--kubeconfig=${layout.file('kube-controller-manager.kubeconfig')}`,
        '--leader-elect=false',
        '--use-service-account-credentials=true',
        `--service-account-private-key-file=${keys.signing.privatePath}`,
        `--root-ca-file=${keys.clientAuthority.certPath}`,
        '--profiling=false',
      ],
    },
    {
      name: 'kube-scheduler',
      command: [
        binaryPath('kube-scheduler'),
        `--kubeconfig=${layout.file('kube-scheduler.kubeconfig')}`,
        '--leader-elect=false',
        '--profiling=false',
      ],
    },
  ];
}

export function containerRuntime(layout: Layout): Component {
  return {
    name: 'containerd',
    command: ['containerd', '--config', layout.file('containerd.toml'), '--address', CONTAINERD_SOCKET],
  };
}

/** What makes a machine a node, once it has a container runtime. */
export function node(layout: Layout, addresses: Addresses): readonly Component[] {
  return [
    {
      name: 'kubelet',
      command: [
        binaryPath('kubelet'),
        `--config=${layout.file('kubelet.json')}`,
        `--kubeconfig=${layout.file('kubelet.kubeconfig')}`,
        `--hostname-override=${NODE_NAME}`,
        `--node-ip=${addresses.node}`,
      ],
    },
    { name: 'kube-proxy', command: [binaryPath('kube-proxy'), `--config=${layout.file('kube-proxy.json')}`] },
  ];
}

function apiServer(layout: Layout, keys: ClusterKeys, { node: address, serviceRange }: Addresses): string[] {
  return [
    ...apiServerFlags({ address, port: API_PORT, etcdUrl: ETCD, serviceRange }, keys),
    ...auditFlags(layout.file('audit-policy.yaml'), layout.auditLog),
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${keys.clientAuthority.certPath}`,
    `--kubelet-client-certificate=${keys.kubeletClient.certPath}`,
    `--kubelet-client-key=${keys.kubeletClient.keyPath}`,
  ];
}
