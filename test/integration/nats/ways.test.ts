import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { type Delivery, type PublishAnswer, type PullStatus } from '@streamjob/nats';
import { connect } from '../../../nats/src/connection/connect.ts';
import { findInternals, type FindInternals } from '../../../nats/src/connection/internals.ts';
import { bytes, consumerConfig, open, Outsider, publishAll, text } from './client.ts';
import { eventually } from './eventually.ts';

const MESSAGES = 3_000;

/** What a worker does, with the client's inside and without: it must see and leave the same. */
describe('both ways through the client', () => {
  let server: NatsServer;
  let outsider: Outsider;
  beforeAll(async () => {
    server = await startNats();
    outsider = await Outsider.connect(server);
    await outsider.createStream('IN', { subjects: ['in.>'] });
    await outsider.createStream('OUT', { subjects: ['out.>'] });
    const { nats } = await open(server);
    const answers = await publishAll(
      nats,
      Array.from({ length: MESSAGES }, (_, index) => message(index)),
    );
    expect(answers.every(({ kind }) => kind === 'stored')).toBe(true);
    await nats.close();
  }, 60_000);
  afterAll(async () => {
    await outsider.nc.close();
    await server.stop();
  });

  /** Short ones and long ones, with headers and without, not all of them ASCII. */
  function message(index: number) {
    const payload = bytes(`${index} ${index % 100 === 7 ? 'x'.repeat(200_000) : 'ü'.repeat(index % 50)}`);
    const headers = index % 3 === 0 ? {} : { headers: [['Trace', `✓${index}`]] as const };
    return { subject: index % 5 === 0 ? `in.ü.${index}` : `in.${index}`, payload, ...headers };
  }

  async function run(way: string, internalsOf: FindInternals) {
    const nats = await connect(
      { servers: [server.url], name: way },
      { signal: new AbortController().signal },
      internalsOf,
    );
    expect(nats.direct).toBe(way === 'inside');
    const { info } = await nats.ensureConsumer('IN', consumerConfig(way));
    const [deliveries, statuses, answers]: [Delivery[], PullStatus[], PublishAnswer[]] = [[], [], []];
    const publisher = nats.publisher();
    const pull = nats.pull({
      stream: 'IN',
      consumer: info.name,
      expiresMs: 1_000,
      heartbeatMs: 100,
      onStatus: (status) => statuses.push(status),
      onMessage: (delivery) => {
        deliveries.push(delivery);
        const id = [['Nats-Msg-Id', `${way} ${delivery.sequence}`]] as const;
        publisher.publish([{ subject: 'out.a', payload: delivery.payload, headers: id }], (_, answer) => {
          answers.push(answer);
          nats.settle([{ reply: delivery.reply, epoch: delivery.epoch, as: 'ack' }]);
        });
      },
    });
    pull.request(MESSAGES + 10, 1e9);
    await eventually('all confirmed', () => answers.length === MESSAGES);
    await eventually('all acked', async () => (await nats.consumerInfo('IN', info.name)).ackFloor.stream === MESSAGES);
    await eventually('told that no more come', () => statuses.length > 0);
    expect(statuses[0]).toEqual({ type: 'expired', messages: 10, text: 'Request Timeout' });
    await pull.stop();
    await publisher.close();
    await nats.close();
    expect(answers.every((answer) => answer.kind === 'stored' && answer.stream === 'OUT' && !answer.duplicate)).toBe(
      true,
    );
    return deliveries.map(({ subject, headers, payload, sequence, consumerSequence, timestamp, pending }) => {
      const place = { sequence, consumerSequence, timestamp, pending };
      return { subject, headers: headers.entries, payload: text(payload), ...place };
    });
  }

  test('a job sees and leaves the same', async () => {
    const inside = await run('inside', findInternals);
    const outside = await run('outside', () => undefined);
    expect(inside).toEqual(outside);
    for (const [index, { subject, payload }] of inside.entries()) {
      const sent = message(index);
      expect([subject, payload]).toEqual([sent.subject, text(sent.payload)]);
    }
    const { messages } = await outsider
      .api<{ state: { messages: number } }>('STREAM.INFO.OUT')
      .then(({ state }) => state);
    expect(messages).toBe(2 * MESSAGES);
  }, 90_000);
});
