import { hash } from 'node:crypto';
import { type ResolvedManifest } from '@streamjob/crds';
import { type SourceMessage } from './types.ts';

/** 22 characters of base64url hold 132 bits, 16 hold 96: there are far more producers' ids than streams. */
const PRODUCED_LENGTH = 22;
const STREAM_LENGTH = 16;
/** 48 bits: they only tell the sinks of one job apart. */
const SINK_TAG_LENGTH = 8;

export type IdentityOptions = {
  readonly jobUid: string;
  /** When the source stream was created, RFC 3339: sequences begin again in a recreated one. */
  readonly streamCreated: string;
  readonly messageId: ResolvedManifest['spec']['source']['jetstream']['messageId'];
};

/**
 * Gives a source message's identity within its job, which the ids of its results begin with. A sequence alone would
 * not do: a server that was rolled back uses sequences again, so the time of storing is part of it, and the stream's
 * creation. Both stand in it as they are: a hash of each would take a tenth of what a message costs. With `Producer`,
 * the producer's Nats-Msg-Id stands for all of these; a message without one has a stored one.
 */
export function identify({ jobUid, streamCreated, messageId }: IdentityOptions): (message: SourceMessage) => string {
  const stored = digest(`${jobUid}\nstored\n${streamCreated}`, STREAM_LENGTH);
  const produced = `${jobUid}\nproduced\n`;
  return (message) => {
    const producerId = messageId === 'Producer' ? producerIdOf(message) : undefined;
    return producerId === undefined
      ? `${stored}-${message.sequence}-${message.timestamp}`
      : digest(produced + producerId, PRODUCED_LENGTH);
  };
}

/** What a result's id adds to its source message's identity. A step that makes several results of one adds its path. */
export function sinkTag(sinkName: string): string {
  return digest(sinkName, SINK_TAG_LENGTH);
}

function producerIdOf({ headers }: SourceMessage): string | undefined {
  const id = headers.entries.find(([name]) => name === 'Nats-Msg-Id')?.[1];
  return id === '' ? undefined : id;
}

function digest(text: string, length: number): string {
  return hash('sha256', text, 'base64url').slice(0, length);
}
