import { spawn, type ChildProcess } from 'node:child_process';
import { binaryPath } from '@streamjob/hack';
import { freePorts } from '../../../../hack/src/process/ports.ts';
import { type Kubectl } from '../../../../hack/src/platform/index.ts';

export type Forward = { readonly port: number; stop(): Promise<void> };

const PAUSE_MS = 300;

/** A Service's port on one port of the loopback address for as long as it is wanted, whatever becomes of the pods behind it. */
export async function keepForward(
  kubectl: Kubectl,
  namespace: string,
  target: string,
  remote: number,
): Promise<Forward> {
  const [port = 0] = await freePorts(1);
  const args = ['--kubeconfig', kubectl.kubeconfig, 'port-forward', '-n', namespace, '--address', '127.0.0.1'];
  let wanted = true;
  let child: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  const begin = (): void => {
    child = spawn(binaryPath('kubectl'), [...args, target, `${port}:${remote}`], { stdio: 'ignore' });
    child.on('close', () => {
      if (wanted) again = setTimeout(begin, PAUSE_MS);
    });
  };
  const end = (): void => {
    wanted = false;
    clearTimeout(again);
    child?.kill('SIGTERM');
  };
  begin();
  process.once('exit', end);
  return {
    port,
    stop: async () => {
      const ended = child?.exitCode === null ? new Promise((resolve) => child?.once('close', resolve)) : undefined;
      end();
      process.off('exit', end);
      await ended;
    },
  };
}
