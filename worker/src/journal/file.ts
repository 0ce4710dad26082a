import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodePage, encodePage, PAGE_BYTES, type Page } from './page.ts';

/** Keeps the newest page in a file whose space was taken when it was opened, so that a full disk doesn't matter later. */
export class JournalFile {
  readonly #fd: number;
  #turn: number;
  /** The page that was written last; undefined when the file is new. */
  readonly found: Page | undefined;

  /** Throws the file system's error when the directory can't be written. */
  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const path = join(dir, 'journal');
    this.#fd = openOrCreate(path);
    const size = fstatSync(this.#fd).size;
    if (size < 2 * PAGE_BYTES) writeSync(this.#fd, Buffer.alloc(2 * PAGE_BYTES - size), 0, undefined, size);
    const pages = [0, 1].flatMap((index) => decodePage(this.#read(index)) ?? []);
    const newest = pages.sort((a, b) => b.turn - a.turn).at(0);
    this.found = newest?.page;
    this.#turn = newest?.turn ?? 0;
  }

  /** False when the page doesn't fit; then the last one stays. The process may die at any moment of this. */
  write(page: Page): boolean {
    const bytes = encodePage(page, this.#turn + 1);
    if (bytes === undefined) return false;
    this.#turn += 1;
    writeSync(this.#fd, bytes, 0, bytes.length, (this.#turn % 2) * PAGE_BYTES);
    return true;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(index: number): Buffer {
    const bytes = Buffer.alloc(PAGE_BYTES);
    readSync(this.#fd, bytes, 0, PAGE_BYTES, index * PAGE_BYTES);
    return bytes;
  }
}

function openOrCreate(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch {
    return openSync(path, 'w+', 0o600);
  }
}
