import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { type PublishAnswer } from '@streamjob/nats';
import { bytes, open, Outsider, publishAll, text, type Client } from './client.ts';
import { eventually } from './eventually.ts';

const MAX_PAYLOAD = 4096;

describe('publisher', () => {
  let server: NatsServer;
  let outsider: Outsider;
  let client: Client;
  beforeAll(async () => {
    server = await startNats({ config: `max_payload: ${MAX_PAYLOAD}` });
    outsider = await Outsider.connect(server);
    await outsider.createStream('S', { max_msgs_per_subject: 100_000 });
    client = await open(server);
  }, 60_000);
  afterAll(async () => {
    await client.nats.close();
    await outsider.nc.close();
    await server.stop();
  });
  const sized = (size: number, headers?: readonly (readonly [string, string])[]) => ({
    subject: 'S.size',
    payload: new Uint8Array(size),
    ...(headers === undefined ? {} : { headers }),
  });

  test('answers ten thousand, each once and each with its own', async () => {
    const batch = Array.from({ length: 10_000 }, (_, index) => ({ subject: `S.many`, payload: bytes(String(index)) }));
    const answers = await publishAll(client.nats, batch, 20_000);
    expect(answers.every(({ kind }) => kind === 'stored')).toBe(true);
    for (const index of [0, 1, 4999, 9999]) {
      const { sequence } = answers[index] as { sequence: number };
      expect(text((await client.nats.getMessage('S', sequence))!.payload)).toBe(String(index));
    }
  }, 40_000);

  test('tells a repeated id', async () => {
    const publication = { subject: 'S.id', payload: bytes('x'), headers: [['Nats-Msg-Id', 'same']] as const };
    const [first, second] = await publishAll(client.nats, [publication, publication]);
    expect([first, second]).toMatchObject([
      { kind: 'stored', duplicate: false },
      { kind: 'stored', duplicate: true },
    ]);
  });

  test('takes exactly max_payload, and sends nothing that is larger', async () => {
    const headers = [['Name', 'välue']] as const;
    const block = new TextEncoder().encode('NATS/1.0\r\nName: välue\r\n\r\n').length;
    const answers = await publishAll(client.nats, [
      sized(MAX_PAYLOAD),
      sized(MAX_PAYLOAD + 1),
      sized(MAX_PAYLOAD - block, headers),
      sized(MAX_PAYLOAD - block + 1, headers),
    ]);
    const tooLarge = { kind: 'too-large', size: MAX_PAYLOAD + 1, limit: MAX_PAYLOAD };
    expect(answers).toMatchObject([{ kind: 'stored' }, tooLarge, { kind: 'stored' }, tooLarge]);
    expect(client.events).toEqual([]);
  });

  test.each([
    '',
    '>',
    '*',
    'S.*',
    'S.>',
    'S..x',
    '.S',
    'S.',
    'S x',
    'S\r\nPUB S.y 0\r\n\r\n',
    'S.'.padEnd(10_000, 'x'),
  ])('never sends the hostile subject %j', async (subject) => {
    expect(await publishAll(client.nats, [{ subject, payload: bytes('') }])).toEqual([
      { kind: 'invalid', part: 'subject' },
    ]);
    expect(client.nats.connected).toBe(true);
  });

  test('sends the longest subject that it allows without losing the connection', async () => {
    const subject = 'S.'.padEnd(3800, 'x');
    const headers = [['a', 'b']] as const;
    expect(await publishAll(client.nats, [{ subject, headers, payload: bytes('1') }])).toMatchObject([
      { kind: 'stored' },
    ]);
    expect(client.events).toEqual([]);
  });

  test('passes on why a stream refuses', async () => {
    await outsider.createStream('FULL', { max_msgs: 1, discard: 'new' });
    const expecting = { subject: 'S.x', payload: bytes(''), headers: [['Nats-Expected-Stream', 'OTHER']] as const };
    const full = { subject: 'FULL.x', payload: bytes('') };
    expect(await publishAll(client.nats, [full, full, expecting])).toMatchObject([
      { kind: 'stored', stream: 'FULL' },
      { kind: 'refused', code: 10077, status: 503, text: 'maximum messages exceeded' },
      { kind: 'refused', code: 10060, status: 400 },
    ]);
  });

  test('tells that nobody listens, and that somebody else than a stream does', async () => {
    const subscription = outsider.nc.subscribe('plain', { callback: (_, message) => void message.respond('thanks') });
    await outsider.nc.flush();
    const answers = await publishAll(
      client.nats,
      ['nowhere', 'plain'].map((subject) => ({ subject, payload: bytes('') })),
    );
    expect(answers).toMatchObject([{ kind: 'no-responders' }, { kind: 'refused', code: 0 }]);
    subscription.unsubscribe();
  });

  test('times out on silence, once, whatever comes later', async () => {
    const late: (() => void)[] = [];
    const subscription = outsider.nc.subscribe('late', {
      callback: (_, message) => {
        late.push(() => void message.respond('{"stream":"S","seq":1}'));
      },
    });
    await outsider.nc.flush();
    const publisher = client.nats.publisher({ answerTimeoutMs: 300 });
    const answers: PublishAnswer[] = [];
    publisher.publish([{ subject: 'late', payload: bytes('') }], (_, answer) => answers.push(answer));
    publisher.publish([{ subject: 'S.x', payload: bytes('') }], (_, answer) => answers.push(answer));
    expect(publisher.inFlight).toBe(2);
    await eventually('timed out', () => answers.some(({ kind }) => kind === 'timeout'));
    for (const respond of late) respond();
    await outsider.nc.flush();
    await client.nats.flush();
    expect(answers.map(({ kind }) => kind)).toEqual(['stored', 'timeout']);
    expect(publisher.inFlight).toBe(0);
    subscription.unsubscribe();
    await publisher.close();
  });

  test('answers what is in flight when it is closed', async () => {
    const publisher = client.nats.publisher();
    const answers: PublishAnswer[] = [];
    publisher.publish([{ subject: 'S.x', payload: bytes('') }], (_, answer) => answers.push(answer));
    await publisher.close();
    expect(answers).toEqual([{ kind: 'disconnected' }]);
  });
});
