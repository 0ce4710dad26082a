import { createInbox } from '@nats-io/transport-node';
import { type Session } from '../connection/session.ts';
import { PermissionError, UnreachableError } from '../errors.ts';
import { type Frame } from '../inbound/frame.ts';
import { AckSubjectReader, type AckSubject } from '../messages/ack-subject.ts';
import { parseHeaders, parseStatus } from '../messages/headers.ts';
import { type ScannedMessage } from './contract.ts';
import { type Cursor } from './cursor.ts';

export type PageRead = {
  readonly messages: readonly ScannedMessage[];
  /** `lost`: the cursor is gone or passed something over; what follows is read with another one. */
  readonly state: 'more' | 'end' | 'lost';
};

export type PageLimits = {
  readonly messages: number;
  readonly bytes: number;
  readonly inboxPrefix: string | undefined;
  readonly signal: AbortSignal | undefined;
};

/** Nothing came for so long: the cursor's server is gone. */
const SILENCE_MS = 5_000;
const NONE_LEFT: readonly number[] = [404, 408];
const SIZE = 'Nats-Msg-Size';

/** Reads the next messages. Rejects with UnreachableError, PermissionError or the signal's reason. */
export function readPage(session: Session, cursor: Cursor, limits: PageLimits): Promise<PageRead> {
  return new Promise((resolve, reject) => {
    const messages: ScannedMessage[] = [];
    const ackSubjects = new AckSubjectReader();
    const wanted = Math.min(limits.messages, cursor.pending);
    const stop = (): void => {
      clearTimeout(timer);
      unlisten();
      limits.signal?.removeEventListener('abort', onAbort);
      subscription.unsubscribe();
    };
    const finish = (state: PageRead['state']): void => {
      stop();
      resolve({ messages, state });
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const onAbort = (): void => {
      fail(limits.signal?.reason as Error);
    };
    const onFrame = (frame: Frame): void => {
      timer.refresh();
      const place = ackSubjects.read(frame.reply);
      if (place === undefined) {
        const ended = endOf(frame, messages.length);
        if (ended !== undefined) finish(ended);
      } else if (place.consumerSequence !== cursor.consumerSequence + 1) {
        finish('lost');
      } else {
        advance(cursor, place);
        messages.push(scanned(frame, place));
        if (messages.length === wanted) finish(cursor.pending === 0 ? 'end' : 'more');
      }
    };
    const timer = setTimeout(() => {
      finish('lost');
    }, SILENCE_MS);
    const inbox = createInbox(limits.inboxPrefix);
    const subscription = session.subscribe(inbox, onFrame, () => {
      fail(refused('subscribe', inbox));
    });
    const next = `$JS.API.CONSUMER.MSG.NEXT.${cursor.stream}.${cursor.consumer}`;
    const unlisten = session.listen((event) => {
      if (event.type === 'disconnected' || event.type === 'closed') fail(new UnreachableError('the connection broke'));
      else if (event.type === 'permission' && event.subject === next) fail(refused('publish', next));
    });
    limits.signal?.addEventListener('abort', onAbort, { once: true });
    const body = { batch: wanted, no_wait: true, max_bytes: limits.bytes };
    session.outbox.send(next, JSON.stringify(body), inbox);
  });
}

function endOf(frame: Frame, given: number): PageRead['state'] | undefined {
  const status = parseStatus(frame.headers);
  if (status === undefined || status.code === 100) return undefined;
  // Others may remove messages that were counted: only an ask that gives nothing at all says that none is left.
  if (NONE_LEFT.includes(status.code)) return given === 0 ? 'end' : 'more';
  return /exceeds|maxbytes/i.test(status.text) ? 'more' : 'lost';
}

function advance(cursor: Cursor, { consumerSequence, pending }: AckSubject): void {
  cursor.consumerSequence = consumerSequence;
  cursor.pending = pending;
}

function scanned(frame: Frame, { sequence, timestamp }: AckSubject): ScannedMessage {
  const { subject, payload } = frame;
  const headers = parseHeaders(frame.headers);
  const size = payload.length === 0 ? headers.values(SIZE).at(-1) : undefined;
  return {
    subject,
    sequence,
    timestampNs: BigInt(timestamp),
    headers,
    payload,
    payloadBytes: size === undefined ? payload.length : Number(size),
  };
}

function refused(operation: 'publish' | 'subscribe', subject: string): PermissionError {
  return new PermissionError(`the NATS user may not ${operation} to ${subject}: grant it that permission`, {
    operation,
    subject,
  });
}
