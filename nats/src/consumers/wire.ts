import { millisecondsToNs, nsToMilliseconds } from '../messages/time.ts';
import { type ConsumerConfig } from './config.ts';
import { type ConsumerInfo, type ObservedConsumerConfig, type Position } from './info.ts';

/** A consumer's configuration as JetStream writes it; durations in nanoseconds. Fields that we don't know are kept. */
export type WireConsumerConfig = {
  durable_name?: string;
  name?: string;
  description?: string;
  deliver_policy?: string;
  opt_start_seq?: number;
  opt_start_time?: string;
  ack_policy?: string;
  ack_wait?: number;
  max_deliver?: number;
  filter_subject?: string;
  filter_subjects?: string[];
  replay_policy?: string;
  max_ack_pending?: number;
  max_waiting?: number;
  inactive_threshold?: number;
  deliver_subject?: string;
  headers_only?: boolean;
  backoff?: number[];
  metadata?: Record<string, string>;
  [field: string]: unknown;
};

type WirePosition = { stream_seq?: number; consumer_seq?: number; last_active?: string };

export type WireConsumerInfo = {
  stream_name?: string;
  name?: string;
  created?: string;
  config: WireConsumerConfig;
  delivered?: WirePosition;
  ack_floor?: WirePosition;
  num_pending?: number;
  num_ack_pending?: number;
  num_redelivered?: number;
  num_waiting?: number;
  paused?: boolean;
};

/** Eight asks each of a thousand workers; it can't be changed later, so it is large from the start. */
const MAX_WAITING = 8192;

export function toWire(desired: ConsumerConfig): WireConsumerConfig {
  const { subjects } = desired;
  return {
    durable_name: desired.name,
    name: desired.name,
    ...(desired.description === undefined ? {} : { description: desired.description }),
    ...startOf(desired),
    ...filterOf(subjects, desired.startFrom.policy === 'LastPerSubject'),
    ack_policy: 'explicit',
    ack_wait: millisecondsToNs(desired.ackWaitMs),
    // The server's own limit would drop a message in silence.
    max_deliver: -1,
    replay_policy: 'instant',
    max_ack_pending: desired.maxAckPending,
    max_waiting: MAX_WAITING,
    metadata: { ...desired.metadata },
  };
}

const POLICIES = { All: 'all', New: 'new', Last: 'last', LastPerSubject: 'last_per_subject' } as const;

function startOf({ startFrom }: ConsumerConfig): WireConsumerConfig {
  if (startFrom.policy === 'Time') return { deliver_policy: 'by_start_time', opt_start_time: startFrom.time };
  if (startFrom.policy === 'Sequence')
    return { deliver_policy: 'by_start_sequence', opt_start_seq: startFrom.sequence };
  return { deliver_policy: POLICIES[startFrom.policy] };
}

/** One filter goes into the older field, so that older servers know it; the last of each subject needs a filter always. */
function filterOf(subjects: readonly string[], required: boolean): WireConsumerConfig {
  const [only] = subjects.length === 0 && required ? ['>'] : subjects;
  if (only === undefined) return {};
  return subjects.length > 1 ? { filter_subjects: [...subjects] } : { filter_subject: only };
}

/** The filter in one form, sorted; empty for the whole stream. */
export function subjectsOf({ filter_subject, filter_subjects }: WireConsumerConfig): string[] {
  const subjects = filter_subjects ?? (filter_subject === undefined ? [] : [filter_subject]);
  return subjects.filter((subject) => subject !== '' && subject !== '>').sort();
}

export function infoOf(info: WireConsumerInfo, stream: string): ConsumerInfo {
  return {
    stream: info.stream_name ?? stream,
    name: info.name ?? '',
    created: info.created ?? '',
    config: observedConfig(info),
    pending: info.num_pending ?? 0,
    ackPending: info.num_ack_pending ?? 0,
    redelivered: info.num_redelivered ?? 0,
    waiting: info.num_waiting ?? 0,
    delivered: positionOf(info.delivered),
    ackFloor: positionOf(info.ack_floor),
    paused: info.paused ?? false,
  };
}

function observedConfig({ name = '', config }: WireConsumerInfo): ObservedConsumerConfig {
  return {
    name,
    subjects: subjectsOf(config),
    startFrom: startFromOf(config),
    ackWaitMs: nsToMilliseconds(config.ack_wait ?? 0),
    maxAckPending: config.max_ack_pending ?? 0,
    metadata: config.metadata ?? {},
    ...(config.description === undefined ? {} : { description: config.description }),
  };
}

function startFromOf(config: WireConsumerConfig): ObservedConsumerConfig['startFrom'] {
  if (config.deliver_policy === 'by_start_time') return { policy: 'Time', time: config.opt_start_time ?? '' };
  if (config.deliver_policy === 'by_start_sequence') return { policy: 'Sequence', sequence: config.opt_start_seq ?? 0 };
  const known = Object.entries(POLICIES).find(([, wire]) => wire === config.deliver_policy);
  return { policy: (known?.[0] as keyof typeof POLICIES | undefined) ?? 'Other' };
}

function positionOf({ stream_seq = 0, consumer_seq = 0, last_active }: WirePosition = {}): Position {
  return {
    stream: stream_seq,
    consumer: consumer_seq,
    ...(last_active === undefined ? {} : { lastActive: last_active }),
  };
}
