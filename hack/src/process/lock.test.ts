import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'streamjob-lock-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

describe('withLock', () => {
  test('one after the other', async () => {
    const path = join(dir, 'turns');
    const events: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
    };
    await Promise.all([
      withLock(path, { timeoutMs: 5000 }, work('one')),
      withLock(path, { timeoutMs: 5000 }, work('two')),
    ]);
    expect(events).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
    expect(existsSync(path)).toBe(false);
  });

  test('a holder that is dead holds nothing', async () => {
    const path = join(dir, 'stale');
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: 'another process of this number' }));
    await expect(withLock(path, { timeoutMs: 5000 }, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  test('is given back when the work fails', async () => {
    const path = join(dir, 'failed');
    await expect(withLock(path, { timeoutMs: 5000 }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  test('says who holds it, once', async () => {
    const path = join(dir, 'busy');
    const told: number[] = [];
    await withLock(path, { timeoutMs: 5000 }, async () => {
      const second = withLock(path, { timeoutMs: 300, onWait: (pid) => told.push(pid) }, () => Promise.resolve());
      await expect(second).rejects.toThrow('not within 0.3 s');
    });
    expect(told).toEqual([process.pid]);
  });
});
