import { afterEach, describe, expect, test } from '@jest/globals';
import { connect as dial } from '@nats-io/transport-node';
import { type Publication } from '@streamjob/nats';
import fc from 'fast-check';
import { connect } from '../../../nats/src/connection/connect.ts';
import { findInternals, type FindInternals } from '../../../nats/src/connection/internals.ts';
import { createOutbox, type Outbox } from '../../../nats/src/outbox/index.ts';
import { eventually } from './eventually.ts';
import { FakeServer } from './fake-server.ts';

const MAX_PAYLOAD = 300_000;
const ways: { way: string; internalsOf: FindInternals }[] = [
  { way: 'through the client’s inside', internalsOf: findInternals },
  { way: 'through the client’s public face', internalsOf: () => undefined },
];
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

type Step =
  | { kind: 'publish'; publication: Publication; reply: string }
  | { kind: 'send'; subject: string; text: string; reply?: string }
  | { kind: 'turn' };

const name = fc.string({ unit: fc.constantFrom('A', 'b', '-', '9'), minLength: 1, maxLength: 12 });
const value = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\ud800', 'ü\udfff', '\u0080\u00ff', '✓'.repeat(2_000)),
);
const ascii = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '_', '-'), minLength: 1, maxLength: 60 });
const subject = fc.oneof(
  { weight: 20, arbitrary: fc.array(ascii, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.')) },
  { weight: 2, arbitrary: fc.constantFrom('ü.✓', 'a'.repeat(3_800), 'ü'.repeat(1_900), '\ud800') },
  { weight: 1, arbitrary: fc.constantFrom('a.*', '', 'a b', 'a'.repeat(3_801)) },
);
const size = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 600 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 262_143, 262_144, MAX_PAYLOAD - 12, MAX_PAYLOAD, MAX_PAYLOAD + 1) },
);
const payload = fc.tuple(size, fc.integer({ min: 0, max: 255 })).map(([length, byte]) => {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + byte) & 0xff);
});
const publication: fc.Arbitrary<Publication> = fc.record(
  { subject, payload, headers: fc.array(fc.tuple(name, value), { maxLength: 4 }) },
  { requiredKeys: ['subject', 'payload'] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('publish' as const), publication, reply: ascii }) },
  {
    weight: 6,
    arbitrary: fc.record(
      { kind: fc.constant('send' as const), subject: ascii, text: ascii, reply: ascii },
      { requiredKeys: ['kind', 'subject', 'text'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
);

describe('outbox', () => {
  const clean: (() => unknown)[] = [];
  afterEach(async () => {
    for (const each of clean.splice(0).reverse()) await each();
  });
  async function start(): Promise<FakeServer> {
    const server = await FakeServer.start(MAX_PAYLOAD);
    clean.push(() => server.stop());
    return server;
  }

  /** Plays the steps on a connection of its own; returns what was refused and the bytes that arrived. */
  async function play(server: FakeServer, internalsOf: FindInternals, steps: readonly Step[]) {
    const nc = await dial({ servers: server.url });
    const internals = internalsOf(nc);
    const outbox: Outbox = createOutbox(nc, internals);
    const refused: unknown[] = [];
    for (const each of steps) {
      if (each.kind === 'turn') await turn();
      else if (each.kind === 'send') outbox.send(each.subject, each.text, each.reply);
      else refused.push(outbox.publish(each.publication, each.reply));
    }
    outbox.flush();
    await nc.flush();
    await nc.close();
    const { publications } = server.connections.pop()!;
    return { refused, known: internals !== undefined, bytes: Buffer.concat(publications) };
  }

  test('writes the same bytes both ways', async () => {
    const server = await start();
    let published = 0;
    const property = fc.asyncProperty(fc.array(step, { maxLength: 200, size: 'max' }), async (steps) => {
      const [inside, outside] = [await play(server, findInternals, steps), await play(server, () => undefined, steps)];
      expect([inside.known, outside.known]).toEqual([true, false]);
      expect(inside.refused).toEqual(outside.refused);
      expect(inside.bytes.equals(outside.bytes)).toBe(true);
      published += inside.refused.filter((refusal) => refusal === undefined).length;
    });
    await fc.assert(property, { numRuns: 30 });
    expect(published).toBeGreaterThan(1_000);
  }, 120_000);

  test.each(ways)(
    'says nothing of an old connection on a new one, $way',
    async ({ internalsOf }) => {
      const server = await start();
      const abort = new AbortController();
      const written: number[] = [];
      const nats = await connect(
        { servers: [server.url], name: 'test' },
        {
          signal: abort.signal,
          on: () => {
            write();
          },
        },
        internalsOf,
      );
      clean.push(() => nats.close());
      const publisher = nats.publisher();
      const write = () => {
        const { epoch } = nats;
        written[epoch] ??= 0;
        if (nats.settle([{ reply: `ack.${epoch}`, epoch, as: 'ack' }])) written[epoch] += 1;
        publisher.publish([{ subject: `result.${epoch}`, payload: new Uint8Array(2_000) }], () => undefined);
      };
      for (let round = 1; round <= 5; round += 1) {
        await eventually(`connection ${round}`, () => nats.connected && nats.epoch === round);
        for (let count = 0; count < 50; count += 1) {
          write();
          if (count === 25) server.connections.at(-1)?.break();
          await turn();
        }
      }
      await eventually('the last connection', () => nats.connected && nats.epoch === 6);
      write();
      await nats.flush();
      expect(server.connections).toHaveLength(6);
      for (const [index, { publications }] of server.connections.entries()) {
        expect(publications.length).toBeGreaterThan(0);
        for (const frame of publications)
          expect(frame.toString('latin1')).toMatch(new RegExp(`^PUB (ack|result)\\.${index + 1} `));
      }
      expect(written.slice(1).every((count) => count > 0)).toBe(true);
    },
    60_000,
  );

  test.each(ways)(
    'tells of bytes that the socket does not take, $way',
    async ({ internalsOf }) => {
      const server = await start();
      const nats = await connect(
        { servers: [server.url], name: 'test' },
        { signal: new AbortController().signal },
        internalsOf,
      );
      clean.push(() => nats.close());
      const publisher = nats.publisher();
      const batch = Array.from({ length: 100 }, () => ({ subject: 'a', payload: new Uint8Array(250_000) }));
      publisher.publish(batch, () => undefined);
      expect(nats.pendingBytes).toBeGreaterThan(10_000_000);
      await eventually('all is taken', () => nats.pendingBytes === 0);
      await nats.flush();
      expect(server.connections[0]?.publications).toHaveLength(100);
    },
    60_000,
  );
});
