import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses, type RunningProcess, signalProcess, stillRuns } from '../../process/identity.ts';
import { Fatal, poll } from '../../process/poll.ts';
import { run } from '../../process/run.ts';

/**
 * The namespaces (mount, network, process, IPC, host name) that a local cluster lives in. Their first process is
 * `pause`: when it ends, the kernel ends everything inside and takes the mounts, the interfaces and the firewall's rules
 * with it. So whatever happens, there is one process to find, and ending it leaves nothing behind but files and cgroups.
 */
export interface Sandbox {
  /** The first process, as this machine numbers it. */
  readonly pid: number;
}

// Both are arguments of every process that holds a sandbox: how a later run knows its own.
const MARKER = 'streamjob-cluster';
const HOLDERS = new Set(['unshare', 'sh', 'dash', 'bash', 'busybox', 'pause']);

/**
 * Hides the folders where components write by habit, and keeps kubelet from changing the machine's own settings: it
 * finds the values that it wants in files of ours and writes nothing. Arguments: the state folder and the binaries'.
 */
const SETUP = `
exec 3<"$1" 4<"$2"
for dir in /run /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$dir"; done
mkdir -p "$1" "$2"
mount --no-canonicalize --bind /proc/self/fd/3 "$1"
mount --no-canonicalize --bind /proc/self/fd/4 "$2"
exec 3<&- 4<&-
for dir in kubelet containerd; do
  mkdir -p "$1/$dir" "/var/lib/$dir"
  mount --bind "$1/$dir" "/var/lib/$dir"
done
mount --make-rshared /
mkdir -p /run/settings
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \\
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file="/run/settings/$(echo "\${setting%=*}" | tr / .)"
  echo "\${setting#*=}" > "$file"
  [ ! -e "/proc/sys/\${setting%=*}" ] || mount --bind "$file" "/proc/sys/\${setting%=*}"
done
exec "$2/pause" ${MARKER} "$1"
`;

/** Makes the namespaces. Whatever runs in them ends with the sandbox, not with this process. */
export async function createSandbox(stateDir: string, binDir: string): Promise<Sandbox> {
  mkdirSync(join(stateDir, 'logs'), { recursive: true });
  const log = openSync(join(stateDir, 'logs', 'sandbox.log'), 'a');
  const namespaces = ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...namespaces, '--', 'sh', '-euc', SETUP, MARKER, stateDir, binDir], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: string | undefined;
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code) => (failure = `it ended with code ${code}`));
  const pause = await poll(
    'the namespaces of the cluster are made',
    () => {
      if (failure !== undefined) {
        throw new Fatal(
          new Error(`making the cluster's namespaces failed (${failure}): see ${stateDir}/logs/sandbox.log`),
        );
      }
      return findSandbox(stateDir);
    },
    { timeoutMs: 20_000, everyMs: 20 },
  );
  child.unref();
  return pause;
}

/** The running sandbox of a state folder. */
export function findSandbox(stateDir: string): Sandbox | undefined {
  return holdersOf(listProcesses(), stateDir).find(({ binary }) => binary === 'pause');
}

/** Ends everything inside and waits until it is gone. */
export async function destroySandbox(stateDir: string): Promise<void> {
  const holders = holdersOf(listProcesses(), stateDir);
  for (const holder of holders) signalProcess(holder, 'SIGKILL');
  await poll('the processes of the cluster end', () => !holders.some(stillRuns), { timeoutMs: 60_000, everyMs: 50 });
}

/** The processes that hold the sandbox of a state folder, and no others. */
export function holdersOf(processes: readonly RunningProcess[], stateDir: string): RunningProcess[] {
  return processes.filter(
    ({ binary, args }) => HOLDERS.has(binary) && args.includes(MARKER) && args[args.indexOf(MARKER) + 1] === stateDir,
  );
}

/** The command line that runs a command inside. */
export function insideCommand(sandbox: Sandbox, command: readonly string[]): [string, string[]] {
  return ['nsenter', ['--target', `${sandbox.pid}`, '--mount', '--net', '--pid', '--ipc', '--uts', '--', ...command]];
}

/**
 * Starts a component inside, with its output in a log. The shell that starts it ends at once, which makes the component
 * a child of the sandbox's first process: it outlives this process and has no wrapper.
 */
export async function startInside(sandbox: Sandbox, logPath: string, command: readonly string[]): Promise<void> {
  const script = '"$@" >> "$0" 2>&1 < /dev/null &';
  const [file, args] = insideCommand(sandbox, ['sh', '-c', script, logPath, ...command]);
  await run(file, args);
}
