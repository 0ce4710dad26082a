import { z } from 'zod';
import { dateTime, listMap } from './fields.ts';

const count = (doc: string) => z.int().min(0).describe(doc).exactOptional();
const perSecond = (doc: string) => z.number().min(0).describe(doc).exactOptional();
const word = (doc: string, maxLength = 253) => z.string().max(maxLength).describe(doc).exactOptional();
const time = (doc: string) => dateTime().describe(doc).exactOptional();

const condition = z
  .object({
    type: z.string().max(64).describe('Ready always; Reconciling and Stalled only while true; SourceReady.'),
    status: z.enum(['True', 'False', 'Unknown']).describe('Whether the condition holds.'),
    reason: z
      .string()
      .min(1)
      .max(128)
      .describe('Why, in one CamelCase word that the documentation lists with its cure.'),
    message: z.string().max(32_768).describe('Why, in words, with what to do.'),
    lastTransitionTime: dateTime().describe('When `status` last changed.'),
    observedGeneration: z.int().min(0).describe('The generation that was judged.').exactOptional(),
  })
  .describe('One judgement of the job.');

const sourceStatus = z
  .object({
    stream: word('The stream that is read.'),
    streamCreated: time('When the stream was created: another time means another stream of the same name.'),
    consumer: word('The durable consumer of this job.'),
    pending: count('Messages that wait to be delivered: the lag.'),
    ackPending: count('Messages that were delivered and are not settled yet.'),
    ackFloor: count('Stream sequence up to which everything is settled.'),
    redelivered: count('Messages in hand that were delivered more than once.'),
    lastSequence: count('Highest sequence seen in the stream.'),
    observedTime: time('When these numbers were read.'),
  })
  .describe('What the broker says about the source.');

const throughput = z
  .object({
    inPerSecond: perSecond('Source messages settled per second.'),
    outPerSecond: perSecond('Results confirmed per second.'),
    failedPerSecond: perSecond('Failed attempts per second.'),
    deadLettered: count('Messages that became dead letters, since the present workers started.'),
    unrouted: count('Messages that no sink wanted, since the present workers started.'),
    duplicates: count('Results that the target had stored before, since the present workers started.'),
  })
  .describe('What the workers say about their progress.');

export const status = z
  .object({
    observedGeneration: count('The generation that this status speaks of.'),
    phase: z
      .enum(['Pending', 'Running', 'Idle', 'Degraded', 'Stopped', 'Suspended'])
      .describe('The state in one word, for people; programs read the conditions.')
      .exactOptional(),
    replicas: count('Workers that exist.'),
    readyReplicas: count('Workers that are ready.'),
    selector: word('Label selector of the workers, for the scale subresource.', 1024),
    conditions: listMap(condition, 16, ['type']).describe('The state, for programs.').exactOptional(),
    source: sourceStatus.exactOptional(),
    throughput: throughput.exactOptional(),
    revision: z
      .object({ current: word('Hash of the manifest that the workers run.', 63) })
      .describe('What the workers run.')
      .exactOptional(),
  })
  .describe('What the operator saw, written by it alone.');

export type StreamJobStatus = z.infer<typeof status>;
export type Condition = z.infer<typeof condition>;
