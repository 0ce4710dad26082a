import { deleteConsumer } from './consumers/delete.ts';
import { ensureConsumer } from './consumers/ensure.ts';
import { readConsumerInfo } from './consumers/read.ts';
import { type Session } from './connection/session.ts';
import { UnreachableError } from './errors.ts';
import { BucketWatcher } from './kv/watcher.ts';
import { type Nats } from './nats.ts';
import { InboxPublisher } from './publisher/publisher.ts';
import { CreditPull } from './pull/pull.ts';
import { readAccount } from './server/account.ts';
import { scan } from './scan/scan.ts';
import { createSettler } from './settlement/settle.ts';
import { ensureDeadLetterStream } from './streams/dead-letter-stream.ts';
import { deleteMessage } from './streams/delete-message.ts';
import { readMessage } from './streams/stored-message.ts';
import { findStream, readStreamInfo } from './streams/stream-info.ts';

const FLUSH_BEFORE_CLOSE_MS = 1_000;

/** Puts the parts together into what the rest of the program sees of a connection. */
export function assembleNats(session: Session, inboxPrefix: string | undefined): Nats {
  let server = { version: '', name: '', maxPayload: 0 };
  let closing: Promise<void> | undefined;
  return {
    get server() {
      const { info } = session.nc;
      if (info !== undefined) server = { version: info.version, name: info.server_name, maxPayload: info.max_payload };
      return server;
    },
    get connected() {
      return session.connected;
    },
    get epoch() {
      return session.epoch;
    },
    direct: session.direct,
    get pendingBytes() {
      return session.outbox.pendingBytes;
    },
    account: (options) => readAccount(session, options),
    streamInfo: (stream, options) => readStreamInfo(session, stream, options),
    findStreamBySubject: (subject, options) => findStream(session, subject, options),
    ensureStream: (config, options) => ensureDeadLetterStream(session, config, options),
    getMessage: (stream, sequence, options) => readMessage(session, stream, sequence, options),
    scan: (options) => scan(session, options, inboxPrefix),
    deleteMessage: (stream, sequence, options) => deleteMessage(session, stream, sequence, options),
    consumerInfo: (stream, consumer, options) => readConsumerInfo(session, stream, consumer, options),
    ensureConsumer: (stream, desired, options) => ensureConsumer(session, stream, desired, options),
    deleteConsumer: (stream, consumer, options) => deleteConsumer(session, stream, consumer, options),
    pull: (options) => new CreditPull(session, options, inboxPrefix),
    watchBucket: (bucket, options) =>
      new BucketWatcher(session, { bucket, ...options }, (pull) => new CreditPull(session, pull, inboxPrefix)),
    publisher: (options) => new InboxPublisher(session, { ...options, inboxPrefix }),
    ...createSettler(session),
    flush: () => flush(session),
    close: () => (closing ??= close(session)),
    closed: session.closed,
  };
}

async function flush(session: Session): Promise<void> {
  if (!session.connected) throw new UnreachableError('not connected to NATS; the connection is being made anew');
  session.outbox.flush();
  try {
    await session.nc.flush();
  } catch (error) {
    throw new UnreachableError('the connection broke before everything was written', { cause: error });
  }
}

/** The library closes the socket on what it still holds, so that goes out first. */
async function close(session: Session): Promise<void> {
  if (session.connected) await Promise.race([flush(session).catch(() => undefined), pause(FLUSH_BEFORE_CLOSE_MS)]);
  await session.nc.close();
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
