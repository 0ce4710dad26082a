import { describe, expect, test } from '@jest/globals';
import { type Internals } from '../connection/internals.ts';
import { SlabOutbox } from './slab-outbox.ts';

const payload = (text: string) => new TextEncoder().encode(text);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function fixture(maxPayload = 1024 * 1024) {
  const socket = { link: {} as object | undefined, writes: [] as Buffer[], pendingBytes: 0 };
  const internals: Internals = {
    get link() {
      return socket.link;
    },
    write: (bytes) => void socket.writes.push(Buffer.from(bytes)),
    get pendingBytes() {
      return socket.pendingBytes;
    },
    divert: () => undefined,
  };
  return { socket, outbox: new SlabOutbox(internals, () => maxPayload) };
}

describe('SlabOutbox', () => {
  test.each([
    { what: 'no headers', publication: { subject: 'a', payload: payload('xy') }, frame: 'PUB a r 2\r\nxy\r\n' },
    { what: 'nothing', publication: { subject: 'a', payload: payload('') }, frame: 'PUB a r 0\r\n\r\n' },
    {
      what: 'headers',
      publication: { subject: 'a', payload: payload('xy'), headers: [['A', 'ü']] as const },
      frame: 'HPUB a r 19 21\r\nNATS/1.0\r\nA: ü\r\n\r\nxy\r\n',
    },
    {
      what: 'a subject that is not ASCII',
      publication: { subject: 'ü.✓', payload: payload('') },
      frame: 'PUB ü.✓ r 0\r\n\r\n',
    },
  ])('writes $what', async ({ publication, frame }) => {
    const { outbox, socket } = fixture();
    expect(outbox.publish(publication, 'r')).toBeUndefined();
    await turn();
    expect(socket.writes.map(String)).toEqual([frame]);
  });

  test('writes the frames of a turn at once, in their order', async () => {
    const { outbox, socket } = fixture();
    outbox.send('ack.1', '+ACK');
    outbox.publish({ subject: 'a', payload: payload('1') }, 'r');
    outbox.send('ask', '{}', 'inbox');
    expect(socket.writes).toEqual([]);
    await turn();
    outbox.send('ack.2', '+ACK');
    await turn();
    expect(socket.writes.map(String)).toEqual([
      'PUB ack.1 4\r\n+ACK\r\nPUB a r 1\r\n1\r\nPUB ask inbox 2\r\n{}\r\n',
      'PUB ack.2 4\r\n+ACK\r\n',
    ]);
  });

  test('refuses without a trace', async () => {
    const { outbox, socket } = fixture(10);
    expect(outbox.publish({ subject: 'a.*', payload: payload('') }, 'r')).toEqual({ kind: 'invalid', part: 'subject' });
    expect(outbox.publish({ subject: 'a', payload: new Uint8Array(11) }, 'r')).toMatchObject({ kind: 'too-large' });
    await turn();
    expect(socket.writes).toEqual([]);
  });

  test.each([
    { what: 'many small ones', sizes: new Array<number>(5_000).fill(300) },
    { what: 'some of the size of the slab', sizes: [262_100, 262_144, 10, 262_200, 0, 131_000, 131_000, 131_100] },
    { what: 'one that is larger than any slab', sizes: [10, 1_000_000, 10] },
  ])('hands over $what in whole frames', async ({ sizes }) => {
    const { outbox, socket } = fixture();
    const frames = sizes.map((size, index) => `PUB s.${index} r ${size}\r\n${'x'.repeat(size)}\r\n`);
    for (const [index, size] of sizes.entries())
      outbox.publish({ subject: `s.${index}`, payload: payload('x'.repeat(size)) }, 'r');
    await turn();
    expect(socket.writes.every((bytes) => bytes.subarray(0, 4).toString() === 'PUB ')).toBe(true);
    expect(Buffer.concat(socket.writes).equals(Buffer.from(frames.join('')))).toBe(true);
  });

  test('hands over bytes that nothing touches afterwards', async () => {
    const kept: Uint8Array[] = [];
    const { outbox, socket } = fixture();
    const internals: Internals = {
      link: socket,
      write: (bytes) => void kept.push(bytes),
      pendingBytes: 0,
      divert: () => undefined,
    };
    const other = new SlabOutbox(internals, () => 1_000);
    const expected: string[] = [];
    for (let index = 0; index < 3_000; index += 1) {
      other.send(`s.${index}`, '+ACK');
      other.flush();
      expected.push(`PUB s.${index} 4\r\n+ACK\r\n`);
    }
    await turn();
    expect(kept.map((bytes) => Buffer.from(bytes).toString())).toEqual(expected);
    expect(outbox.pendingBytes).toBe(0);
  });

  test.each([
    { what: 'is gone', change: () => undefined },
    { what: 'is another one', change: () => ({}) },
  ])('loses what it holds when the connection $what, and goes on', async ({ change }) => {
    const { outbox, socket } = fixture();
    outbox.publish({ subject: 'old', payload: payload('1') }, 'r');
    outbox.send('old.ack', '+ACK');
    socket.link = change();
    await turn();
    outbox.send('late.ack', '+ACK');
    socket.link = {};
    await turn();
    outbox.send('new.ack', '+ACK');
    await turn();
    const written = socket.writes.map(String).join('');
    expect(written).not.toContain('old');
    expect(written).toContain('PUB new.ack 4\r\n+ACK\r\n');
    expect(outbox.pendingBytes).toBe(0);
  });

  test('counts what waits here and at the socket', () => {
    const { outbox, socket } = fixture();
    socket.pendingBytes = 100;
    outbox.send('a', 'b');
    outbox.publish({ subject: 'a', payload: payload('1') }, 'r');
    expect(outbox.pendingBytes).toBe(100 + 'PUB a 1\r\nb\r\nPUB a r 1\r\n1\r\n'.length);
    outbox.flush();
    expect(outbox.pendingBytes).toBe(100);
  });
});
