import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '@streamjob/hack';
import { run } from '../../hack/src/process/run.ts';

/** Goroutines of nats-server that a message passes, by the function that each of them runs. Every one is alone at its work. */
export const GOROUTINES = {
  'server.(*client).readLoop': 'reading from a connection (one for each)',
  'server.(*client).writeLoop': 'writing to a connection (one for each)',
  'server.(*stream).internalLoop': 'storing what is published (one for each stream)',
  'server.(*consumer).loopAndGatherMsgs': 'delivering (one for each consumer)',
  'server.(*consumer).processInboundAcks': 'counting acks (one for each consumer)',
  'server.(*consumer).processInboundNextMsgReqs': 'taking pull requests (one for each consumer)',
} as const;
export type Goroutine = keyof typeof GOROUTINES;
/** The share of all CPU time of the server that each took, from 0 to 1. */
export type ServerProfile = Readonly<Record<Goroutine, number>>;

/** Whether the profile can be read: Go has the tool for it. */
export function canReadProfiles(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/** Where nats-server spends its CPU time in the next seconds; it was started with this `prof_port`. */
export async function profileServer(port: number, seconds: number): Promise<ServerProfile> {
  const answer = await fetch(`http://127.0.0.1:${port}/debug/pprof/profile?seconds=${seconds}`);
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-profile-'));
  try {
    const file = join(dir, 'server.pprof');
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return parseTop(
      await run('go', ['tool', 'pprof', '-top', '-cum', '-nodecount=1000', binaryPath('nats-server'), file]),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** From lines such as `0.01s 0.5% 10% 1.20s 60.0% github.com/nats-io/nats-server/v2/server.(*client).readLoop`. */
export function parseTop(text: string): ServerProfile {
  const shares = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, , , , share, name = ''] = line.trim().split(/\s+/);
    if (share?.endsWith('%') === true)
      shares.set(name.slice(name.lastIndexOf('/') + 1), Number.parseFloat(share) / 100);
  }
  return Object.fromEntries(
    (Object.keys(GOROUTINES) as Goroutine[]).map((name) => [name, shares.get(name) ?? 0]),
  ) as ServerProfile;
}
