import { type RequestOptions } from '../api/options.ts';
import { type Session } from '../connection/session.ts';
import { BucketNotFoundError, isNotFound } from '../errors.ts';
import { nsToMilliseconds } from '../messages/time.ts';
import { readWireStreamInfo } from '../streams/stream-info.ts';
import { type WireStreamInfo } from '../streams/wire.ts';
import { type BucketState } from './contract.ts';

const STREAM = 'KV_';

/** A bucket as it was found; the subjects of its keys begin with `prefix`. */
export type Bucket = { readonly name: string; readonly prefix: string; readonly state: BucketState };

/** The stream that is the bucket. */
export const streamOf = (bucket: string): string => STREAM + bucket;

/** Throws BucketNotFoundError, and what every request throws. */
export async function readBucket(session: Session, name: string, options?: RequestOptions): Promise<Bucket> {
  const info = await namingBucket(readWireStreamInfo(session, streamOf(name), options), name);
  return { name, prefix: prefixOf(info, name), state: stateOf(info) };
}

export async function namingBucket<T>(answer: Promise<T>, bucket: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) throw new BucketNotFoundError(bucket, error);
    throw error;
  }
}

/** A mirror holds its origin's subjects. */
function prefixOf({ config: { mirror } }: WireStreamInfo, name: string): string {
  const origin = mirror?.name ?? streamOf(name);
  return `$KV.${origin.startsWith(STREAM) ? origin.slice(STREAM.length) : name}.`;
}

function stateOf({ created = '', config, state = {} }: WireStreamInfo): BucketState {
  return {
    created,
    messages: state.messages ?? 0,
    bytes: state.bytes ?? 0,
    keys: state.num_subjects ?? 0,
    lastRevision: state.last_seq ?? 0,
    maxAgeMs: nsToMilliseconds(config.max_age ?? 0),
    ttlPerKey: config.allow_msg_ttl ?? false,
  };
}
