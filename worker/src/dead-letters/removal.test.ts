import { describe, expect, test } from '@jest/globals';
import { PermissionError, UnreachableError } from '@streamjob/nats';
import { Removal, StreamReplacedError, type Removed } from './removal.ts';

const CREATED = '2026-11-23T00:00:00Z';

function scene(change: { fail?: (call: number) => Error | undefined; created?: string; lastSequence?: number } = {}) {
  let calls = 0;
  const deleted: number[] = [];
  const nats = {
    epoch: 1,
    streamInfo: () =>
      Promise.resolve({
        created: change.created ?? CREATED,
        state: { lastSequence: change.lastSequence ?? 100 },
      } as never),
    deleteMessage: (_stream: string, sequence: number) => {
      calls += 1;
      const error = change.fail?.(calls);
      if (error !== undefined) return Promise.reject(error);
      const absent = deleted.includes(sequence);
      deleted.push(sequence);
      return Promise.resolve(absent ? ('absent' as const) : ('deleted' as const));
    },
  };
  const abort = new AbortController();
  const removal = new Removal({ nats, stream: 'DL', created: CREATED, signal: abort.signal });
  const remove = (sequence: number): Promise<Removed> =>
    new Promise((resolve) => {
      removal.remove(sequence, resolve);
    });
  return { nats, removal, remove, deleted, abort };
}

describe('a removal', () => {
  test('removes, and says when somebody else did', async () => {
    const { remove, removal } = scene();
    const many = Array.from({ length: 500 }, (_, index) => remove(index + 1));
    expect(removal.backlog).toBe(500);
    expect(new Set(await Promise.all(many))).toEqual(new Set(['deleted']));
    expect(await remove(3)).toBe('absent');
  });

  test('tries again while nobody answers', async () => {
    const { remove } = scene({ fail: (call) => (call === 1 ? new UnreachableError('no answer') : undefined) });
    expect(await remove(1)).toBe('deleted');
  });

  test('ends with a missing permission', async () => {
    const error = new PermissionError('no', { operation: 'publish', subject: 's' });
    const { removal, remove } = scene({ fail: () => error });
    void remove(1);
    await expect(removal.failed).rejects.toBe(error);
    await expect(removal.rehearse()).rejects.toBe(error);
  });

  test.each([
    ['made anew', { created: '2026-11-24T00:00:00Z' }],
    ['put back to an earlier state', { lastSequence: 4 }],
  ])('touches nothing after a break when the stream was %s', async (_name, change) => {
    const { nats, removal, remove, deleted } = scene(change);
    nats.epoch = 2;
    void remove(5);
    await expect(removal.failed).rejects.toThrow(StreamReplacedError);
    expect(deleted).toEqual([]);
  });

  test('goes on after a break when the stream is the same', async () => {
    const { nats, remove } = scene();
    nats.epoch = 2;
    expect(await remove(5)).toBe('deleted');
  });

  test('leaves what is not done when it is stopped', async () => {
    const { remove, abort } = scene({ fail: () => new UnreachableError('no answer') });
    abort.abort();
    expect(await remove(1)).toBe('left');
  });
});
