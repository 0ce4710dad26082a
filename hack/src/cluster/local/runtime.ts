import { poll } from '../../process/poll.ts';
import { run, succeeds } from '../../process/run.ts';
import { CONTAINERD_SOCKET } from './layout.ts';
import { insideCommand, type Sandbox } from './sandbox.ts';

const CTR = ['ctr', '--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'];

export async function untilRuntimeReady(sandbox: Sandbox, timeoutMs: number): Promise<void> {
  const [command, args] = insideCommand(sandbox, [...CTR, 'version']);
  await poll('containerd answers', () => succeeds(command, args, { timeoutMs: 5000 }), { timeoutMs });
}

/** Imports an archive into the node's containerd. The archive is read from here: its path may mean nothing inside. */
export async function importImage(sandbox: Sandbox, archive: string): Promise<void> {
  const [command, args] = insideCommand(sandbox, [...CTR, 'images', 'import', '-']);
  await run('sh', ['-euc', 'archive="$1"; shift; exec "$@" < "$archive"', 'import', archive, command, ...args]);
}

export async function signalTask(sandbox: Sandbox, containerId: string, signal: NodeJS.Signals): Promise<void> {
  const [command, args] = insideCommand(sandbox, [...CTR, 'tasks', 'kill', '--signal', signal, containerId]);
  await run(command, args);
}
