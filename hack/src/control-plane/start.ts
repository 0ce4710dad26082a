import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../binaries/index.ts';
import { type Authority, createAuthority, createSigningKey, issue, type Subject } from '../pki/certificates.ts';
import { serviceAccountSubject, writeKubeconfig } from '../pki/kubeconfig.ts';
import { Fatal, poll } from '../process/poll.ts';
import { freePorts } from '../process/ports.ts';
import { type ServerProcess, startServer } from '../process/server.ts';
import { type ApiServerFiles, apiServerFlags, auditFlags, AUDIT_POLICY, etcdFlags } from './flags.ts';
import { apiIsReady } from './ask.ts';

export interface ControlPlaneOptions {
  /** Log every write's metadata to `auditLogPath`. */
  readonly audit?: boolean;
  /** More flags for kube-apiserver. */
  readonly apiServerFlags?: readonly string[];
}

/** etcd and kube-apiserver with RBAC and no controllers: objects are stored and admitted, nothing runs. */
export interface ControlPlane {
  readonly url: string;
  /** A kubeconfig of a cluster administrator. */
  readonly kubeconfigPath: string;
  /** JSON lines of audit.k8s.io/v1; empty without `audit`. */
  readonly auditLogPath: string;
  /** Writes a kubeconfig of another user, and answers its path. */
  kubeconfigFor(user: string, groups?: readonly string[]): Promise<string>;
  /** Writes a kubeconfig that acts as a service account, and answers its path. */
  kubeconfigForServiceAccount(namespace: string, name: string): Promise<string>;
  /** Kills the API server (SIGKILL) and waits until it is gone; etcd goes on. */
  killApiServer(): Promise<void>;
  /** Starts the API server again on the same port, and waits until it is ready. */
  startApiServer(): Promise<void>;
  /** Stops (SIGSTOP) or continues the API server. */
  signalApiServer(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends both processes and removes their files. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 60_000;
const ADMIN: Subject = { commonName: 'admin', organizations: ['system:masters'] };

/** Starts a control plane on free ports with its files in a temporary folder: about three seconds. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-control-plane-'));
  try {
    return await startIn(dir, options);
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, options: ControlPlaneOptions): Promise<ControlPlane> {
  const [port = 0, clientPort = 0, peerPort = 0] = await freePorts(3);
  const place = { address: HOST, port, etcdUrl: `http://${HOST}:${clientPort}`, serviceRange: '10.0.0.0/24' };
  const auditLogPath = options.audit === true ? join(dir, 'audit.log') : '';
  const etcdArgs = etcdFlags(join(dir, 'etcd'), place.etcdUrl, `http://${HOST}:${peerPort}`);
  const etcd = startServer(binaryPath('etcd'), etcdArgs, join(dir, 'etcd.log'));
  const keys = await createKeys(dir);
  const args = [
    ...apiServerFlags(place, keys),
    // No node listens on the loopback address that a reconciled endpoint would name.
    '--endpoint-reconciler-type=none',
    ...(auditLogPath === '' ? [] : auditFlags(writePolicy(dir), auditLogPath)),
    ...(options.apiServerFlags ?? []),
  ];
  const url = `https://${HOST}:${port}`;
  const users = await userKubeconfigs(dir, url, keys.clientAuthority);
  const servers = controlServers(dir, args, etcd, (running) => untilReady(users.kubeconfigPath, running));
  try {
    await servers.startApiServer();
    return { url, auditLogPath, ...users, ...servers };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

type Servers = Pick<ControlPlane, 'killApiServer' | 'startApiServer' | 'signalApiServer' | 'stop'>;

function controlServers(
  dir: string,
  args: readonly string[],
  etcd: ServerProcess,
  untilUp: (running: readonly ServerProcess[]) => Promise<void>,
): Servers {
  let apiServer: ServerProcess | undefined;
  // An API server lingers for up to a minute after SIGTERM, and nothing here is worth waiting for.
  const killApiServer = async (): Promise<void> => {
    apiServer?.kill('SIGKILL');
    await apiServer?.stop();
  };
  return {
    killApiServer,
    startApiServer: async () => {
      apiServer = startServer(binaryPath('kube-apiserver'), args, join(dir, 'kube-apiserver.log'));
      await untilUp([etcd, apiServer]);
    },
    signalApiServer: (signal) => apiServer?.kill(signal),
    stop: async () => {
      await killApiServer();
      await etcd.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Users = Pick<ControlPlane, 'kubeconfigPath' | 'kubeconfigFor' | 'kubeconfigForServiceAccount'>;

async function userKubeconfigs(dir: string, url: string, authority: Authority): Promise<Users> {
  const write = (name: string, subject: Subject): Promise<string> => {
    const file = name.replace(/[^A-Za-z0-9.-]/g, '_');
    return writeKubeconfig(join(dir, `${file}.kubeconfig`), url, authority, `user-${file}`, subject);
  };
  return {
    kubeconfigPath: await write('admin', ADMIN),
    kubeconfigFor: (user, groups = []) => write(user, { commonName: user, organizations: groups }),
    kubeconfigForServiceAccount: (namespace, name) =>
      write(`${namespace}.${name}`, serviceAccountSubject(namespace, name)),
  };
}

async function createKeys(dir: string): Promise<ApiServerFiles> {
  const pki = join(dir, 'pki');
  const clientAuthority = await createAuthority(pki, 'ca', 'streamjob-test-ca');
  const hosts = [HOST, 'localhost', 'kubernetes.default.svc'];
  const [signing, serving] = await Promise.all([
    createSigningKey(pki),
    issue(clientAuthority, 'apiserver', { commonName: 'kube-apiserver', hosts }),
  ]);
  return { clientAuthority, signing, serving };
}

function writePolicy(dir: string): string {
  const path = join(dir, 'audit-policy.yaml');
  writeFileSync(path, AUDIT_POLICY);
  return path;
}

async function untilReady(kubeconfigPath: string, servers: readonly ServerProcess[]): Promise<void> {
  const ready = async (): Promise<boolean> => {
    const dead = servers.find((server) => server.exitCode() !== undefined);
    if (dead !== undefined) {
      throw new Fatal(new Error(`the control plane ended (${dead.exitCode()}):\n${dead.lastWords()}`));
    }
    return apiIsReady(kubeconfigPath);
  };
  await poll('the API server is ready', ready, { timeoutMs: READY_TIMEOUT_MS });
}
