import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { authorizationReader } from './authorization.ts';

let dir: string;
let nowMs: number;
let read: () => string | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'authorization-'));
  nowMs = 0;
  read = authorizationReader(dir, { monotonicMs: () => nowMs });
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const write = (name: string, text: string): void => {
  writeFileSync(join(dir, name), text);
};

test('is the whole header, or a bearer token', () => {
  write('token', 'abc\n');
  expect(read()).toBe('Bearer abc');
  write('authorization', 'Basic eDp5\n');
  nowMs = 5_000;
  expect(read()).toBe('Basic eDp5');
});

test('is read again, and not for every request', () => {
  expect(read()).toBeUndefined();
  write('token', 'abc');
  nowMs = 4_999;
  expect(read()).toBeUndefined();
  nowMs = 5_000;
  expect(read()).toBe('Bearer abc');
});

test.each(['', ' \n', 'a\nb', 'a\0b', 'ä'])('is none when it is %j', (text) => {
  write('authorization', text);
  expect(read()).toBeUndefined();
});
