import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { type Authority, issue, type Subject } from './certificates.ts';

/** Issues a client certificate and writes a kubeconfig (mode 0600) that holds everything it needs. */
export async function writeKubeconfig(
  path: string,
  url: string,
  authority: Authority,
  name: string,
  subject: Subject,
): Promise<string> {
  const pair = await issue(authority, name, subject);
  const base64 = (file: string): string => readFileSync(file).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'default',
    clusters: [{ name: 'default', cluster: { server: url, 'certificate-authority-data': base64(authority.certPath) } }],
    users: [
      {
        name,
        user: { 'client-certificate-data': base64(pair.certPath), 'client-key-data': base64(pair.keyPath) },
      },
    ],
    contexts: [{ name: 'default', context: { cluster: 'default', user: name } }],
  };
  writeFileSync(path, stringify(config), { mode: 0o600 });
  return path;
}

/** What a kubeconfig with certificates says about its first cluster and user; PEM text. */
export function readKubeconfig(path: string): { url: string; ca: string; cert: string; key: string } {
  const config = parse(readFileSync(path, 'utf8')) as {
    clusters?: { cluster: Record<string, string> }[];
    users?: { user: Record<string, string> }[];
  };
  const cluster = config.clusters?.[0]?.cluster ?? {};
  const user = config.users?.[0]?.user ?? {};
  const decode = (value = ''): string => Buffer.from(value, 'base64').toString();
  return {
    url: cluster.server ?? '',
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
}

/** The user and groups that the API server gives to a service account's token. */
export function serviceAccountSubject(namespace: string, name: string): Subject {
  return {
    commonName: `system:serviceaccount:${namespace}:${name}`,
    organizations: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}
