import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Nats, type Publication } from '@streamjob/nats';
import { type FlightMessage } from './messages.ts';

const BATCH = 500;
/** So many are under way at most: enough to keep the server busy, little enough to need no memory. */
const IN_FLIGHT = 4_000;

/** Where to publish: a port of the loopback address, and who we are there. */
export type Login = {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly signal: AbortSignal;
};

/** Publishes every message and waits until the server has stored each. Throws when it refused one. */
export async function replay(
  login: Login,
  messages: AsyncIterable<FlightMessage>,
  onStored: (stored: number) => void,
): Promise<number> {
  const credentialsDir = mkdtempSync(join(tmpdir(), 'streamjob-login-'));
  writeFileSync(join(credentialsDir, 'username'), login.user, { mode: 0o600 });
  writeFileSync(join(credentialsDir, 'password'), login.password, { mode: 0o600 });
  const spec = { servers: [`nats://127.0.0.1:${login.port}`], name: 'replay', credentialsDir };
  try {
    const nats = await connect(spec, { signal: login.signal });
    try {
      return await publishAll(nats, messages, onStored);
    } finally {
      await nats.close();
    }
  } finally {
    rmSync(credentialsDir, { recursive: true, force: true });
  }
}

async function publishAll(
  nats: Nats,
  messages: AsyncIterable<FlightMessage>,
  onStored: (stored: number) => void,
): Promise<number> {
  const publisher = nats.publisher();
  const window = createWindow(IN_FLIGHT);
  let stored = 0;
  const send = async (batch: readonly Publication[]): Promise<void> => {
    await window.enter(batch.length);
    publisher.publish(batch, (_index, answer) => {
      if (answer.kind === 'stored') stored += 1;
      else window.fail(new Error(`the stream did not take a flight: ${answer.kind}`));
      window.leave();
    });
    onStored(stored);
  };
  let batch: Publication[] = [];
  for await (const { subject, payload, id } of messages) {
    batch.push({ subject, payload, headers: [['Nats-Msg-Id', id]] });
    if (batch.length < BATCH) continue;
    await send(batch);
    batch = [];
  }
  if (batch.length > 0) await send(batch);
  await window.empty();
  await publisher.close();
  onStored(stored);
  return stored;
}

/** Counts what is under way and lets the sender wait for room. */
function createWindow(limit: number) {
  let inside = 0;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const until = async (condition: () => boolean): Promise<void> => {
    while (failure === undefined && !condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure !== undefined) throw failure;
  };
  return {
    enter: async (count: number) => {
      await until(() => inside + count <= limit);
      inside += count;
    },
    leave: () => {
      inside -= 1;
      wake();
    },
    fail: (error: Error) => {
      failure ??= error;
    },
    empty: () => until(() => inside === 0),
  };
}
