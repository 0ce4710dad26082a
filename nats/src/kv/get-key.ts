import { type RequestOptions } from '../api/options.ts';
import { type Session } from '../connection/session.ts';
import { readLastOfSubject } from '../streams/stored-message.ts';
import { namingBucket, streamOf, type Bucket } from './bucket.ts';
import { type BucketEntry } from './contract.ts';
import { changeOf } from './entry.ts';

/** Anything else would match other keys, or none. */
const LITERAL_KEY = /^[^\s\0*>.]+(\.[^\s\0*>.]+)*$/;

/**
 * One key's value as the bucket's leader has it: what a replica answers may be older than a change that was already
 * told. Undefined when there is none. Throws BucketNotFoundError, and what every request throws.
 */
export async function getKey(
  session: Session,
  { name, prefix, state }: Bucket,
  key: string,
  options: RequestOptions = {},
): Promise<BucketEntry | undefined> {
  if (!LITERAL_KEY.test(key)) return undefined;
  const message = await namingBucket(readLastOfSubject(session, streamOf(name), prefix + key, options), name);
  if (message === undefined) return undefined;
  const storedMs = Number(message.timestampNs / 1_000_000n);
  const change = changeOf({ ...message, storedMs }, prefix, state.maxAgeMs);
  return change.kind === 'entry' ? change.entry : undefined;
}
