import { randomBytes } from 'node:crypto';
import { naming } from '../api/codes.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { type WireConsumerConfig, type WireConsumerInfo } from '../consumers/wire.ts';
import { millisecondsToNs } from '../messages/time.ts';
import { type ScanOptions } from './contract.ts';

/** A place in a stream that the server keeps for us, for as long as we ask now and then. */
export type Cursor = {
  readonly stream: string;
  readonly consumer: string;
  /** Messages that were not read yet. */
  pending: number;
  /** Of the last message that was read, among those that this cursor gave. */
  consumerSequence: number;
};

/** The server forgets a cursor that nobody asks for so long; then the scan opens another. */
const INACTIVE_MS = 30_000;
const NAME_BYTES = 8;

/**
 * Opens an ephemeral consumer without acks. The filter is part of the subject that is asked, so that a user's right to
 * do so can be confined to it.
 */
export async function openCursor(session: Session, options: ScanOptions, from: ScanOptions['from']): Promise<Cursor> {
  const { stream, filter, signal } = options;
  const consumer = `scan-${randomBytes(NAME_BYTES).toString('hex')}`;
  const body = { stream_name: stream, config: configOf(consumer, options, from), action: 'create' };
  const subject = `$JS.API.CONSUMER.CREATE.${stream}.${consumer}.${filter}`;
  const asked = askApi<WireConsumerInfo>(session, subject, body, signal === undefined ? {} : { signal });
  const { num_pending = 0 } = await naming(asked, stream, consumer);
  return { stream, consumer, pending: num_pending, consumerSequence: 0 };
}

function configOf(name: string, options: ScanOptions, from: ScanOptions['from']): WireConsumerConfig {
  return {
    name,
    ...startOf(from),
    filter_subject: options.filter,
    ack_policy: 'none',
    replay_policy: 'instant',
    inactive_threshold: millisecondsToNs(INACTIVE_MS),
    num_replicas: 1,
    mem_storage: true,
    ...(options.headersOnly === true ? { headers_only: true } : {}),
  };
}

function startOf(from: ScanOptions['from']): WireConsumerConfig {
  if (from === undefined) return { deliver_policy: 'all' };
  if ('sequence' in from) return { deliver_policy: 'by_start_sequence', opt_start_seq: Math.max(1, from.sequence) };
  return { deliver_policy: 'by_start_time', opt_start_time: new Date(from.timeMs).toISOString() };
}
