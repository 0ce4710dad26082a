import { type TestBroker } from './broker/index.ts';
import { eventually } from './eventually.ts';

const BATCH = 200;

/** Numbered messages; each is stored once, however often its publication had to be repeated. */
export async function publishNumbers(broker: TestBroker, subject: string, from: number, count: number): Promise<void> {
  for (let start = from; start < from + count; start += BATCH) {
    const end = Math.min(start + BATCH, from + count);
    await Promise.all(Array.from({ length: end - start }, (_, index) => publishNumber(broker, subject, start + index)));
  }
}

async function publishNumber(broker: TestBroker, subject: string, id: number): Promise<void> {
  const payload = JSON.stringify({ id, text: 'x'.repeat(200) });
  await eventually(`message ${id} is stored`, () =>
    broker.client.publish(subject, payload, { msgID: `${subject}/${id}`, timeout: 5_000 }),
  );
}

export type Traffic = {
  /** Stops it, and answers how many messages were stored. */
  stop(): Promise<number>;
  /** Waits until so many were stored. */
  past(count: number): Promise<number>;
};

/** Publishes numbers from 0 until it is stopped. */
export function startTraffic(broker: TestBroker, subject: string): Traffic {
  let going = true;
  let stored = 0;
  const run = async (): Promise<number> => {
    while (going) {
      await publishNumbers(broker, subject, stored, BATCH);
      stored += BATCH;
    }
    return stored;
  };
  const ended = run();
  ended.catch(() => undefined); // told by stop()
  return {
    stop: () => {
      going = false;
      return ended;
    },
    past: (count) => Promise.race([eventually(`${count} messages`, () => stored >= count && stored), ended]),
  };
}

export type Numbers = { readonly found: number; readonly missing: number; readonly doubled: number };

/** Waits until a stream holds `count` messages, and compares them with the numbers from 0. */
export async function arrived(broker: TestBroker, stream: string, count: number): Promise<Numbers> {
  const had = async (): Promise<number> => (await broker.manager.streams.info(stream)).state.messages;
  let seen = -1;
  await eventually(`${stream} holds ${count}`, async () => {
    seen = await had();
    if (seen < count) throw new Error(`it holds ${seen}`);
    return true;
  });
  return countNumbers(broker, stream, count);
}

async function countNumbers(broker: TestBroker, stream: string, count: number): Promise<Numbers> {
  const seen = new Set<number>();
  let doubled = 0;
  for await (const message of broker.readAfter(stream, 0)) {
    const { id } = message.json<{ id: number }>();
    if (seen.has(id)) doubled += 1;
    seen.add(id);
  }
  const missing = Array.from({ length: count }, (_, id) => id).filter((id) => !seen.has(id)).length;
  return { found: seen.size, missing, doubled };
}
