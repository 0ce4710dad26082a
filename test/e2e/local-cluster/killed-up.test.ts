import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterStatus, DEFAULT_CLUSTER } from '@streamjob/hack';
import { stateDirOf } from '../../../hack/src/cluster/state.ts';
import { cgroupOf } from '../../../hack/src/cluster/local/cgroups.ts';
import { hostInterface } from '../../../hack/src/cluster/local/network.ts';
import { listProcesses } from '../../../hack/src/process/identity.ts';
import { poll } from '../../../hack/src/process/poll.ts';
import { run } from '../../../hack/src/process/run.ts';

const NAME = 'killed-up';
const dir = stateDirOf(NAME);
const main = join(import.meta.dirname, '../../../hack/src/main.ts');

/** What a run that goes on has by then, in this order. */
const moments: Record<string, () => boolean> = {
  'its note of what it is about to make': () => existsSync(join(dir, 'state.json')),
  'its namespaces': () => holders().length > 0,
  'its first keys': () => existsSync(join(dir, 'pki', 'ca.crt')),
  'a running API server': () => existsSync(join(dir, 'logs', 'kube-apiserver.log')),
  'a running kubelet': () => existsSync(join(dir, 'logs', 'kubelet.log')),
};

const isLocal = (await clusterStatus(DEFAULT_CLUSTER)).way === 'local';
const mountsBefore = mounts();
const firewallBefore = await firewall();

describe(isLocal ? 'a cluster of local components whose start was killed' : 'clusters are made with kind here', () => {
  beforeAll(() => cluster('down'), 60_000);
  afterAll(() => cluster('down'), 60_000);

  if (!isLocal) {
    test('nothing runs outside the engine', () => {
      expect(holders()).toEqual([]);
    });
  }
  if (isLocal) {
    test.each(Object.entries(moments))(
      'at %s is started anew by the next run',
      async (what, reached) => {
        const child = spawn(process.execPath, [main, '--name', NAME, 'up', '--way', 'local'], { stdio: 'ignore' });
        await poll(what, reached, { timeoutMs: 60_000, everyMs: 5 });
        child.kill('SIGKILL');
        await poll('the run is dead', () => child.signalCode !== null, { timeoutMs: 5000 });
      },
      90_000,
    );

    test('ends healthy, and leaves nothing when it is removed', async () => {
      await cluster('up', '--way', 'local');
      expect(await clusterStatus(NAME)).toMatchObject({ state: 'healthy', way: 'local' });
      await cluster('down');
      expect(holders()).toEqual([]);
      expect(existsSync(dir)).toBe(false);
      expect(await run('ip', ['link'])).not.toContain(hostInterface(NAME));
      expect(cgroups()).toEqual([]);
      expect(mounts()).toBe(mountsBefore);
      expect(await firewall()).toBe(firewallBefore);
    }, 180_000);
  }
});

function cluster(...args: string[]): Promise<string> {
  return run(process.execPath, [main, '--name', NAME, ...args]);
}

/** Everything that names the cluster's folder: its namespaces' first process and all components. */
function holders(): string[] {
  return listProcesses()
    .filter(({ args }) => args.some((arg) => arg === dir || arg.includes(`${dir}/`)))
    .map(({ binary }) => binary);
}

function mounts(): string {
  return readFileSync('/proc/self/mounts', 'utf8');
}

/** Without counters and dates. */
async function firewall(): Promise<string> {
  const rules = await run('iptables-save', []).catch(() => '');
  return rules.replaceAll(/^#.*\n|\[\d+:\d+\]/gm, '');
}

function cgroups(): string[] {
  return readdirSync('/sys/fs/cgroup', { recursive: true })
    .map(String)
    .filter((path) => path.split('/').includes(cgroupOf(NAME)));
}
