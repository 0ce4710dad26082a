import type { Scene } from '../harness/scene.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';

/** The place that a sink writes to, in the hands of a test. It is there from the start, unless `absent`. */
export type Target = {
  /** The sink's entry in a manifest, but for its name. */
  readonly sink: object;
  /** Arguments that the worker needs for it. */
  readonly args: readonly string[];
  /** The `id` of every event that it holds, as often as it holds it. */
  ids(): Promise<number[]>;
  /** From now on it takes nothing, for reasons of its own. */
  fail(): Promise<void>;
  /** From now on nobody answers. */
  hang(): Promise<void>;
  /** It takes everything again. */
  heal(): Promise<void>;
  close(): Promise<void>;
};

export type SinkUnderTest = {
  readonly name: string;
  /** It refuses events with a `blob`, one by one. */
  open(scene: Scene): Promise<Target>;
  /** What the worker says it waits for after `fail`. */
  readonly failing: { readonly reason: string; readonly code: string };
};

const MAX_BYTES = 2_000;

/** A stream, or the stream of a bucket. */
async function openStream({ broker }: Scene, sink: object, stream: string, subject: string): Promise<Target> {
  const config = { name: stream, subjects: [subject], max_msg_size: MAX_BYTES };
  let silence: { unsubscribe(): void } | undefined;
  const remove = async (): Promise<void> => {
    if (await broker.jsm.streams.info(stream).catch(() => undefined)) await broker.jsm.streams.delete(stream);
  };
  const kept: number[] = [];
  const read = async (): Promise<number[]> =>
    (await broker.read(stream)).map(({ payload }) => (JSON.parse(payload) as { id: number }).id);
  await broker.addStream(config);
  return {
    sink,
    args: [],
    ids: async () => [...kept, ...(await read())],
    fail: async () => {
      kept.push(...(await read()));
      await remove();
    },
    hang: async () => {
      kept.push(...(await read()));
      await remove();
      silence = broker.nc.subscribe(subject);
      await broker.nc.flush();
    },
    heal: async () => {
      silence?.unsubscribe();
      await broker.addStream(config);
    },
    close: () => Promise.resolve(),
  };
}

async function openReceiver(http: object, perEvent: (origin: string) => string): Promise<Target> {
  const refusing: Receiver['reply'] = ({ body }) => ({ status: body.includes('"blob"') ? 422 : 200 });
  const receiver = await startReceiver(refusing);
  const set = (reply: Receiver['reply']): Promise<void> => {
    receiver.reply = reply;
    receiver.release();
    return Promise.resolve();
  };
  return {
    sink: { http: { url: perEvent(receiver.origin), timeout: '1s', ...http } },
    args: ['--http-host', receiver.origin, '--http-allow-local'],
    ids: () => Promise.resolve(receiver.confirmed.map((event) => (event as { id: number }).id)),
    fail: () => set(() => ({ status: 503 })),
    hang: () => set(() => 'hang'),
    heal: () => set(refusing),
    close: () => receiver.close(),
  };
}

const NO_STREAM = { reason: 'SinkUnreachable', code: 'NoResponders' };
const NO_SERVICE = { reason: 'SinkRefuses', code: '503' };

/** Every kind of sink, each in the ways that differ. */
export const sinks: readonly SinkUnderTest[] = [
  {
    name: 'jetstream',
    open: (scene) => openStream(scene, { jetstream: { subject: 'kept.${event.origin}' } }, 'KEPT', 'kept.>'),
    failing: NO_STREAM,
  },
  {
    name: 'kv',
    open: (scene) => openStream(scene, { kv: { bucket: 'kept', key: 'e.${event.id}' } }, 'KV_kept', '$KV.kept.>'),
    failing: NO_STREAM,
  },
  {
    name: 'http, a request each',
    open: () => openReceiver({ method: 'PUT' }, (origin) => `${origin}/e/\${event.id}`),
    failing: NO_SERVICE,
  },
  {
    name: 'http, lists',
    open: () => openReceiver({ batch: { maxMessages: 50, maxWait: '20ms' } }, (origin) => origin),
    failing: NO_SERVICE,
  },
  {
    name: 'http, lines',
    open: () => openReceiver({ batch: { maxMessages: 50, maxWait: '20ms', format: 'JsonLines' } }, (origin) => origin),
    failing: NO_SERVICE,
  },
];
