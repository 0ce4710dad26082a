import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { PermissionError, StreamNotFoundError, type ScannedMessage, type ScanOptions } from '@streamjob/nats';
import { bytes, open, Outsider, publishAll, text, type Client } from './client.ts';
import { SecretDir } from './secret-dir.ts';

const reader = [
  '$JS.API.CONSUMER.CREATE.MANY.*.MANY.team.>',
  '$JS.API.CONSUMER.MSG.NEXT.MANY.*',
  '$JS.API.STREAM.MSG.DELETE.MANY',
];
const config = `accounts { A { jetstream: enabled, users: [
  { user: admin, password: p },
  { user: reader, password: p, permissions: ${JSON.stringify({ publish: reader, subscribe: ['_INBOX.>'] })} }
] } }`;

jest.setTimeout(60_000);

describe('a scan of a stream', () => {
  let server: NatsServer;
  let outsider: Outsider;
  let client: Client;
  const dirs: SecretDir[] = [];
  const openAs = (username: string): Promise<Client> => {
    const dir = new SecretDir({ username, password: 'p' });
    dirs.push(dir);
    return open(server, { credentialsDir: dir.path });
  };
  beforeAll(async () => {
    server = await startNats({ config });
    outsider = await Outsider.connect(server, { user: 'admin', pass: 'p' });
    client = await openAs('admin');
  }, 60_000);
  afterAll(async () => {
    await client.nats.close();
    await outsider.nc.close();
    await server.stop();
    for (const dir of dirs) dir.remove();
  });
  const collect = async (options: ScanOptions, from: Client = client): Promise<ScannedMessage[]> => {
    const found: ScannedMessage[] = [];
    for await (const { messages } of from.nats.scan(options)) found.push(...messages);
    return found;
  };

  test('gives every message on its subjects, in order, page by page, and ends', async () => {
    await outsider.createStream('PAGES');
    await outsider.fill('PAGES', 1234);
    const sizes: number[] = [];
    const remaining: number[] = [];
    const found: string[] = [];
    for await (const page of client.nats.scan({ stream: 'PAGES', filter: 'PAGES.>', pageMessages: 500 })) {
      sizes.push(page.messages.length);
      remaining.push(page.remaining);
      found.push(...page.messages.map(({ payload }) => text(payload)));
    }
    expect([sizes, remaining]).toEqual([
      [500, 500, 234],
      [734, 234, 0],
    ]);
    expect(found).toEqual(Array.from({ length: 1234 }, (_, index) => String(index + 1)));
    expect(await collect({ stream: 'PAGES', filter: 'PAGES.3' })).toHaveLength(124);
    expect(await collect({ stream: 'PAGES', filter: 'PAGES.nothing' })).toEqual([]);
    const behind = await collect({ stream: 'PAGES', filter: 'PAGES.>', from: { sequence: 1230 } });
    expect(behind.map(({ sequence }) => sequence)).toEqual([1230, 1231, 1232, 1233, 1234]);
  });

  test('of headers only leaves payloads where they are and tells their sizes', async () => {
    await outsider.createStream('HEADS');
    const headers = [
      ['A', '1'],
      ['A', '2'],
    ] as const;
    await publishAll(client.nats, [
      { subject: 'HEADS.a', headers, payload: bytes('payload') },
      { subject: 'HEADS.b', payload: bytes('') },
    ]);
    const [first, second] = await collect({ stream: 'HEADS', filter: 'HEADS.>', headersOnly: true });
    expect(first).toMatchObject({ subject: 'HEADS.a', sequence: 1, payloadBytes: 7, payload: new Uint8Array(0) });
    expect(first?.headers.values('A')).toEqual(['1', '2']);
    expect(second?.payloadBytes).toBe(0);
    const [full] = await collect({ stream: 'HEADS', filter: 'HEADS.a' });
    expect([text(full!.payload), full!.payloadBytes]).toEqual(['payload', 7]);
    expect(Math.abs(Date.now() - Number(full!.timestampNs / 1_000_000n))).toBeLessThan(60_000);
  });

  test('begins at a time', async () => {
    await outsider.createStream('TIMES');
    await outsider.fill('TIMES', 10);
    const all = await collect({ stream: 'TIMES', filter: 'TIMES.>' });
    const fifth = Number(all[4]!.timestampNs / 1_000_000n);
    const late = await collect({ stream: 'TIMES', filter: 'TIMES.>', from: { timeMs: fifth + 60_000 } });
    expect(late).toEqual([]);
    const early = await collect({ stream: 'TIMES', filter: 'TIMES.>', from: { timeMs: fifth - 60_000 } });
    expect(early).toHaveLength(10);
  });

  test('goes on where it was after the server was killed', async () => {
    await outsider.createStream('KILLED');
    await outsider.fill('KILLED', 1000);
    const sequences: number[] = [];
    const again = async (): Promise<void> => {
      const from = { sequence: (sequences.at(-1) ?? 0) + 1 };
      for await (const { messages } of client.nats.scan({
        stream: 'KILLED',
        filter: 'KILLED.>',
        pageMessages: 100,
        from,
      })) {
        sequences.push(...messages.map(({ sequence }) => sequence));
        if (sequences.length !== 300) continue;
        await server.kill('SIGKILL');
        await server.restart();
      }
    };
    while (sequences.length < 1000) await again().catch(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(sequences).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });

  test('passes over what others delete meanwhile', async () => {
    await outsider.createStream('SHRINKS');
    await outsider.fill('SHRINKS', 30);
    const found: number[] = [];
    for await (const { messages } of client.nats.scan({ stream: 'SHRINKS', filter: 'SHRINKS.>', pageMessages: 10 })) {
      found.push(...messages.map(({ sequence }) => sequence));
      if (found.length === 10) {
        for (let sequence = 11; sequence <= 30; sequence += 2) await client.nats.deleteMessage('SHRINKS', sequence);
      }
    }
    expect(found).toHaveLength(20);
    expect(await client.nats.deleteMessage('SHRINKS', 11)).toBe('absent');
    expect(await client.nats.deleteMessage('SHRINKS', 0)).toBe('absent');
    expect(await client.nats.deleteMessage('SHRINKS', 999)).toBe('absent');
    expect(await client.nats.deleteMessage('SHRINKS', 12)).toBe('deleted');
    await expect(client.nats.deleteMessage('NONE', 1)).rejects.toThrow(StreamNotFoundError);
    await expect(collect({ stream: 'NONE', filter: 'x' })).rejects.toThrow(StreamNotFoundError);
  });

  test('can be permitted for some subjects alone', async () => {
    await outsider.createStream('MANY');
    await publishAll(client.nats, [
      { subject: 'MANY.team.a', payload: bytes('ours') },
      { subject: 'MANY.other.a', payload: bytes('theirs') },
    ]);
    const confined = await openAs('reader');
    const found = await collect({ stream: 'MANY', filter: 'MANY.team.>' }, confined);
    expect(found.map(({ payload }) => text(payload))).toEqual(['ours']);
    await expect(collect({ stream: 'MANY', filter: 'MANY.>' }, confined)).rejects.toThrow(PermissionError);
    await expect(collect({ stream: 'MANY', filter: 'MANY.other.>' }, confined)).rejects.toThrow(PermissionError);
    expect(await confined.nats.deleteMessage('MANY', found[0]!.sequence)).toBe('deleted');
    await confined.nats.close();
  });
});
