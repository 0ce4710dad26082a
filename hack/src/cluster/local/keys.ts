import { mkdirSync } from 'node:fs';
import { type ApiServerFiles } from '../../control-plane/index.ts';
import { createAuthority, createSigningKey, issue, type KeyPair, type Subject } from '../../pki/certificates.ts';
import { writeKubeconfig } from '../../pki/kubeconfig.ts';
import { type Addresses } from './addresses.ts';
import { API_PORT, type Layout, NODE_NAME } from './layout.ts';

export interface ClusterKeys extends ApiServerFiles {
  /** What the API server shows to kubelet. */
  readonly kubeletClient: KeyPair;
  readonly kubeletServing: KeyPair;
}

const MASTERS = ['system:masters'];
const ADMIN: Subject = { commonName: 'admin', organizations: MASTERS };

/** Makes the authority, the certificates and the kubeconfigs of a cluster. */
export async function createKeys(layout: Layout, addresses: Addresses): Promise<ClusterKeys> {
  mkdirSync(layout.config, { recursive: true, mode: 0o700 });
  const clientAuthority = await createAuthority(layout.pki, 'ca', 'streamjob-local-ca');
  const [serving, signing, kubeletServing, kubeletClient] = await Promise.all([
    issue(clientAuthority, 'apiserver', { commonName: 'kube-apiserver', hosts: apiServerHosts(addresses) }),
    createSigningKey(layout.pki),
    issue(clientAuthority, 'kubelet-serving', { commonName: NODE_NAME, hosts: [NODE_NAME, addresses.node] }),
    issue(clientAuthority, 'kubelet-client', { commonName: 'kube-apiserver-kubelet-client', organizations: MASTERS }),
  ]);
  const url = apiUrl(addresses);
  const users: [path: string, name: string, subject: Subject][] = [
    [layout.kubeconfig, 'admin-user', ADMIN],
    [
      layout.file('kubelet.kubeconfig'),
      'kubelet',
      { commonName: `system:node:${NODE_NAME}`, organizations: ['system:nodes'] },
    ],
    ...['kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map((name): [string, string, Subject] => [
      layout.file(`${name}.kubeconfig`),
      name,
      { commonName: `system:${name}` },
    ]),
  ];
  await Promise.all(users.map(([path, name, subject]) => writeKubeconfig(path, url, clientAuthority, name, subject)));
  return { clientAuthority, serving, signing, kubeletServing, kubeletClient };
}

function apiUrl(addresses: Addresses): string {
  return `https://${addresses.node}:${API_PORT}`;
}

function apiServerHosts({ node, apiService }: Addresses): string[] {
  const service = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  return [node, apiService, 'localhost', '127.0.0.1', ...service];
}
