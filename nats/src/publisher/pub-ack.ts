import { type Msg } from '@nats-io/transport-node';
import { parseStatus } from '../messages/headers.ts';
import { rawHeaders } from '../messages/raw.ts';
import { type PublishAnswer } from './contract.ts';

const NO_RESPONDERS = 503;
const decoder = new TextDecoder();
const UNKNOWN: PublishAnswer = { kind: 'refused', code: 0, status: 0, text: 'what answered is not a stream' };

type WireAck = {
  stream?: unknown;
  seq?: unknown;
  duplicate?: unknown;
  error?: { code?: unknown; err_code?: unknown; description?: unknown };
} | null;

/** Reads a stream's answer to a publication, or the server's word that there is none. */
export function parsePubAck(message: Msg): PublishAnswer {
  if (message.data.length === 0)
    return parseStatus(rawHeaders(message))?.code === NO_RESPONDERS ? { kind: 'no-responders' } : UNKNOWN;
  const ack = parse(message.data);
  if (ack?.error !== undefined) return refusal(ack.error);
  if (typeof ack?.stream !== 'string' || typeof ack.seq !== 'number') return UNKNOWN;
  return { kind: 'stored', stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate === true };
}

function parse(data: Uint8Array): WireAck {
  try {
    return JSON.parse(decoder.decode(data)) as WireAck;
  } catch {
    return null;
  }
}

function refusal({ code, err_code, description }: NonNullable<NonNullable<WireAck>['error']>): PublishAnswer {
  return {
    kind: 'refused',
    code: typeof err_code === 'number' ? err_code : 0,
    status: typeof code === 'number' ? code : 0,
    text: typeof description === 'string' ? description : '',
  };
}
