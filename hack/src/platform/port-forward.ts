import { spawn } from 'node:child_process';
import { binaryPath } from '../binaries/index.ts';
import { type Kubectl } from './kubectl.ts';

export type PortForward = { readonly port: number; stop(): void };

const START_TIMEOUT_MS = 30_000;

/** Makes a pod's port reachable on a free port of the loopback address, until `stop`. `target` is `pod/x` or `svc/x`. */
export function portForward(kubectl: Kubectl, namespace: string, target: string, port: number): Promise<PortForward> {
  const args = [
    '--kubeconfig',
    kubectl.kubeconfig,
    'port-forward',
    '-n',
    namespace,
    '--address',
    '127.0.0.1',
    target,
    `:${port}`,
  ];
  const child = spawn(binaryPath('kubectl'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve, reject } = Promise.withResolvers<PortForward>();
  const stop = (): void => void child.kill('SIGTERM');
  process.once('exit', stop);
  const timer = setTimeout(() => {
    stop();
    reject(new Error(`port-forward to ${target} did not start within ${START_TIMEOUT_MS / 1000} s: ${said}`));
  }, START_TIMEOUT_MS);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const local = /127\.0\.0\.1:(\d+) ->/.exec(text)?.[1];
    if (local !== undefined) resolve({ port: Number(local), stop });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = text.trim();
  });
  child.on('close', () => {
    reject(new Error(`port-forward to ${target} ended: ${said}`));
  });
  return promise.finally(() => {
    clearTimeout(timer);
  });
}
