import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { JournalFile } from './file.ts';
import { emptyPage, PAGE_BYTES, type Page } from './page.ts';
import { takeSlot } from './slot.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const page = (finished: number): Page => ({ ...emptyPage('r'), finished });
const path = (): string => join(dir, 'journal');

function reopen(): Page | undefined {
  const file = new JournalFile(dir);
  file.close();
  return file.found;
}

test('a new file has its whole size and no page', () => {
  expect(reopen()).toBeUndefined();
  expect(statSync(path()).size).toBe(2 * PAGE_BYTES);
});

test('the page that was written last is found again', () => {
  const file = new JournalFile(dir);
  for (let finished = 1; finished <= 5; finished += 1) expect(file.write(page(finished))).toBe(true);
  file.close();
  expect(reopen()).toEqual(page(5));
  expect(statSync(path()).size).toBe(2 * PAGE_BYTES);
});

test.each([0, 1])('a page that is torn leaves the one before it (place %i)', (place) => {
  const file = new JournalFile(dir);
  for (let finished = 1; finished <= 4 + place; finished += 1) file.write(page(finished));
  file.close();
  const bytes = readFileSync(path());
  bytes.writeUInt8(0xff, ((4 + place) % 2) * PAGE_BYTES + 40);
  writeFileSync(path(), bytes);
  expect(reopen()).toEqual(page(3 + place));
});

test('a page that does not fit is refused, and the last one stays', () => {
  const file = new JournalFile(dir);
  file.write(page(1));
  const entry = { sequence: 1, timestamp: '1', reply: 'x'.repeat(PAGE_BYTES), deaths: 0, inHand: true };
  expect(file.write({ ...page(2), entries: [entry] })).toBe(false);
  file.close();
  expect(reopen()).toEqual(page(1));
});

test('slots: the first that nobody living holds', () => {
  const first = takeSlot(dir);
  expect(first.dir).toBe(join(dir, '0'));
  writeFileSync(join(dir, '0', 'lock'), String(process.ppid));
  expect(takeSlot(dir).dir).toBe(join(dir, '1'));
  writeFileSync(join(dir, '0', 'lock'), '999999999');
  expect(takeSlot(dir).dir).toBe(join(dir, '0'));
});
