import { type Authority, type KeyPair } from '../pki/certificates.ts';

/** Metadata of every write and nothing of reads: who wrote what, when. */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    verbs: [get, list, watch]
  - level: Metadata
`;

export interface ApiServerFiles {
  readonly clientAuthority: Authority;
  readonly serving: KeyPair;
  readonly signing: { readonly privatePath: string; readonly publicPath: string };
}

export interface ApiServerPlace {
  readonly address: string;
  readonly port: number;
  readonly etcdUrl: string;
  readonly serviceRange: string;
}

/** The flags that every API server of ours has: Node and RBAC authorization, client certificates, signed tokens. */
export function apiServerFlags(place: ApiServerPlace, files: ApiServerFiles): string[] {
  return [
    `--etcd-servers=${place.etcdUrl}`,
    `--bind-address=${place.address}`,
    `--advertise-address=${place.address}`,
    `--secure-port=${place.port}`,
    `--service-cluster-ip-range=${place.serviceRange}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--anonymous-auth=false',
    `--client-ca-file=${files.clientAuthority.certPath}`,
    `--tls-cert-file=${files.serving.certPath}`,
    `--tls-private-key-file=${files.serving.keyPath}`,
    `--service-account-key-file=${files.signing.publicPath}`,
    `--service-account-signing-key-file=${files.signing.privatePath}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    '--profiling=false',
  ];
}

/** An event of the audit log is in the file before its request is answered. */
export function auditFlags(policyPath: string, logPath: string): string[] {
  return [
    `--audit-policy-file=${policyPath}`,
    `--audit-log-path=${logPath}`,
    '--audit-log-mode=blocking',
    '--audit-log-maxsize=0',
  ];
}

/** One etcd on its own, for data that a crash of the machine may take. */
export function etcdFlags(dataDir: string, clientUrl: string, peerUrl: string): string[] {
  return [
    '--name=default',
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}
