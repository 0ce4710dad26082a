import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';

/** The kubelet brings a changed Secret within about a minute; reading the file costs next to nothing. */
const READ_EVERY_MS = 5_000;
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Reads the Authorization header out of a mounted Secret, again and again, because it may be renewed: entry
 * `authorization` is its whole value, entry `token` a bearer token. Undefined while there is none that could be sent.
 */
export function authorizationReader(dir: string, clock: Pick<Clock, 'monotonicMs'>): () => string | undefined {
  let value: string | undefined;
  let readMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - readMs >= READ_EVERY_MS) {
      value = read(dir);
      readMs = nowMs;
    }
    return value;
  };
}

function read(dir: string): string | undefined {
  const whole = entry(dir, 'authorization');
  const token = whole === undefined ? entry(dir, 'token') : undefined;
  const value = token === undefined ? whole : `Bearer ${token}`;
  return value !== undefined && HEADER_VALUE.test(value) ? value : undefined;
}

function entry(dir: string, name: string): string | undefined {
  try {
    return readFileSync(join(dir, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}
