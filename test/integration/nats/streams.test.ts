import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { ConflictError, StreamNotFoundError } from '@streamjob/nats';
import { bytes, open, Outsider, publishAll, text, type Client } from './client.ts';

const deadLetters = { name: 'DEAD', subjects: ['dead.>'], maxAgeMs: 3_600_000, maxBytes: 4096, replicas: 1 };

describe('streams', () => {
  let server: NatsServer;
  let outsider: Outsider;
  let client: Client;
  beforeAll(async () => {
    server = await startNats();
    outsider = await Outsider.connect(server);
    await outsider.createStream('DIRECT', { allow_direct: true });
    await outsider.createStream('PLAIN', { allow_direct: false });
    client = await open(server);
  }, 60_000);
  afterAll(async () => {
    await client.nats.close();
    await outsider.nc.close();
    await server.stop();
  });

  test('tell what is in them', async () => {
    await outsider.createStream('INFO', { max_age: 60e9, duplicate_window: 1e9 });
    await outsider.fill('INFO', 5);
    const info = await client.nats.streamInfo('INFO');
    expect(info).toMatchObject({
      name: 'INFO',
      config: {
        subjects: ['INFO.>'],
        retention: 'limits',
        maxAgeMs: 60_000,
        duplicateWindowMs: 1000,
        replicas: 1,
        sealed: false,
      },
      state: { messages: 5, firstSequence: 1, lastSequence: 5 },
    });
    expect(Date.parse(info.created)).not.toBeNaN();
    await expect(client.nats.streamInfo('NONE')).rejects.toThrow(StreamNotFoundError);
  });

  test('are found by a subject', async () => {
    expect(await client.nats.findStreamBySubject('PLAIN.x')).toBe('PLAIN');
    expect(await client.nats.findStreamBySubject('nowhere')).toBeUndefined();
  });

  test.each(['DIRECT', 'PLAIN'])(
    'give a message of %s by its sequence, headers and bytes as they were',
    async (stream) => {
      const payload = new Uint8Array([0, 255, 10, 13, 128]);
      const headers = [
        ['Nats-Msg-Id', 'one'],
        ['Twice', 'a'],
        ['Twice', 'b'],
        ['Nats-Subject', 'forged'],
        ['Nats-Sequence', '99'],
      ] as const;
      const [answer] = await publishAll(client.nats, [{ subject: `${stream}.x`, payload, headers }]);
      const { sequence } = answer as { sequence: number };
      const message = await client.nats.getMessage(stream, sequence);
      expect(message).toMatchObject({ subject: `${stream}.x`, sequence });
      expect(new Uint8Array(message!.payload)).toEqual(payload);
      expect(message!.headers.entries).toEqual(headers);
      expect(message!.timestampNs).toBeGreaterThan(1_700_000_000_000_000_000n);
      expect(message!.time).toMatch(/^20\d\d-/);
      expect(await client.nats.getMessage(stream, sequence + 1)).toBeUndefined();
    },
  );

  test('give nothing of a stream that is gone', async () => {
    await expect(client.nats.getMessage('NONE', 1)).rejects.toThrow(StreamNotFoundError);
  });

  test('for dead letters are created, kept and brought up to date', async () => {
    const { nats } = client;
    expect(await nats.ensureStream(deadLetters)).toBe('created');
    expect(await nats.ensureStream(deadLetters)).toBe('exists');
    expect(await nats.ensureStream({ ...deadLetters, maxBytes: 8192, maxAgeMs: 60_000 })).toBe('updated');
    expect(await nats.ensureStream({ ...deadLetters, maxBytes: 8192, maxAgeMs: 60_000 })).toBe('exists');
    const { config } = await nats.streamInfo('DEAD');
    expect(config).toMatchObject({
      maxBytes: 8192,
      maxAgeMs: 60_000,
      allowDirect: true,
      retention: 'limits',
      duplicateWindowMs: 60_000,
    });
  });

  test('for dead letters refuse new ones when full, and drop none', async () => {
    await client.nats.ensureStream({ ...deadLetters, name: 'FULL', subjects: ['full.>'], maxBytes: 1024 });
    const batch = Array.from({ length: 10 }, (_, index) => ({
      subject: `full.${index}`,
      payload: bytes('x'.repeat(200)),
    }));
    const answers = await publishAll(client.nats, batch);
    expect(answers[0]).toMatchObject({ kind: 'stored', sequence: 1 });
    expect(answers.at(-1)).toMatchObject({ kind: 'refused', code: 10077, status: 503 });
    expect(text((await client.nats.getMessage('FULL', 1))!.payload)).toHaveLength(200);
  });

  test('of others are never changed', async () => {
    await outsider.createStream('THEIRS');
    await expect(client.nats.ensureStream({ ...deadLetters, name: 'THEIRS', subjects: ['THEIRS.>'] })).rejects.toThrow(
      ConflictError,
    );
  });
});
