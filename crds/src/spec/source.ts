import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { exactlyOne, rule, transition, type Rule } from '../rules/rule.ts';
import { dateTime, duration, durationBounds, listSet, workerDefault } from './fields.ts';

/** A stream's name as the server takes it: no space, control character, dot, wildcard or slash. */
const STREAM_NAME = /^[^\x00-\x20\x7F.*>/\\]+$/;

/** A subject to filter by: tokens, `*` for one, a last `>` for the rest. */
const FILTER_SUBJECT = /^(>|([^\x00-\x20\x7F.*>]+|\*)(\.([^\x00-\x20\x7F.*>]+|\*))*(\.>)?)$/;

const startFrom = z
  .object({
    policy: z
      .enum(['All', 'New', 'Last', 'LastPerSubject', 'Time', 'Sequence'])
      .describe(
        'Where the job begins in the stream: All (the oldest message), New (what arrives from now on), Last (the last message), ' +
          'LastPerSubject (the last message of every subject), Time (the first message at or after `time`), ' +
          'Sequence (the message numbered `sequence`).',
      ),
    time: dateTime().describe('An RFC 3339 time. With policy Time, and only then.').exactOptional(),
    sequence: z
      .int()
      .min(1)
      .describe('A sequence number of the stream. With policy Sequence, and only then.')
      .exactOptional(),
  })
  .describe('Where the job begins when its consumer is created. Immutable.');

const jetStreamSource = z
  .object({
    stream: z
      .string()
      .min(1)
      .max(255)
      .regex(STREAM_NAME)
      .describe('Name of the JetStream stream to read. It must exist and is never changed by the operator. Immutable.'),
    subjects: listSet(z.string().min(1).max(512).regex(FILTER_SUBJECT), 64)
      .min(1)
      .describe(
        'Only messages on these subjects are read; `*` stands for one token, a last `>` for all that follow. ' +
          'All messages of the stream when absent.',
      )
      .exactOptional(),
    startFrom,
    ackWait: workerDefault(duration(), DEFAULTS.source.ackWait)
      .describe(
        'How long the server waits for an acknowledgement before it delivers a message again, from 1s to 1h. ' +
          'A message that takes longer keeps its claim by itself.',
      )
      .exactOptional(),
    messageId: workerDefault(z.enum(['Stored', 'Producer']), DEFAULTS.source.messageId)
      .describe(
        'What names an event, so that its results are stored once: Stored (its place in the stream) or ' +
          'Producer (its Nats-Msg-Id; only where producers never use one twice).',
      )
      .exactOptional(),
  })
  .describe('Reads a JetStream stream through a durable consumer that belongs to this job.');

export const source = z
  .object({
    format: workerDefault(z.enum(['Json', 'Text', 'Bytes']), DEFAULTS.source.format)
      .describe(
        'How payloads are decoded: Json, Text (UTF-8, `event` is a string) or Bytes (`event` is a byte string).',
      )
      .exactOptional(),
    jetstream: jetStreamSource.exactOptional(),
  })
  .describe('Where messages come from. Exactly one kind of source is set; today that is jetstream.');

export type SourceSpec = z.infer<typeof source>;
export type JetStreamSource = z.infer<typeof jetStreamSource>;
export type StartFrom = z.infer<typeof startFrom>;
export type Format = NonNullable<SourceSpec['format']>;

const sameIn = (field: 'stream' | 'startFrom'): Rule =>
  transition<SourceSpec>(
    'spec.source',
    {
      rule: `!has(self.jetstream) || !has(oldSelf.jetstream) || self.jetstream.${field} == oldSelf.jetstream.${field}`,
      message: `${field} is immutable: delete this job and create another`,
      field: `jetstream.${field}`,
    },
    (self, old) =>
      self.jetstream === undefined ||
      old.jetstream === undefined ||
      sameValue(self.jetstream[field], old.jetstream[field]),
  );

export const sourceRules: readonly Rule[] = [
  exactlyOne('spec.source', ['jetstream']),
  sameIn('stream'),
  sameIn('startFrom'),
  durationBounds('spec.source.jetstream.ackWait', '1s', '1h'),
  rule<StartFrom>(
    'spec.source.jetstream.startFrom',
    {
      rule: "(self.policy == 'Time') == has(self.time)",
      message: 'time must be set with policy Time, and only then',
      field: 'time',
    },
    (self) => (self.policy === 'Time') === (self.time !== undefined),
  ),
  rule<StartFrom>(
    'spec.source.jetstream.startFrom',
    {
      rule: "(self.policy == 'Sequence') == has(self.sequence)",
      message: 'sequence must be set with policy Sequence, and only then',
      field: 'sequence',
    },
    (self) => (self.policy === 'Sequence') === (self.sequence !== undefined),
  ),
];

function sameValue(one: string | StartFrom, other: string | StartFrom): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.policy === other.policy && one.sequence === other.sequence && sameTime(one.time, other.time);
}

function sameTime(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && Date.parse(one) === Date.parse(other));
}
