import { nanosecondsOf } from '../messages/time.ts';
import { subjectsOf, type WireConsumerConfig } from './wire.ts';

/** A field, in a user's words, in which what is there differs from what should be. */
export type Difference = { readonly field: string; readonly canChange: boolean };

type Check = Difference & { readonly same: (desired: WireConsumerConfig, actual: WireConsumerConfig) => boolean };

const fixed = (field: string, same: Check['same']): Check => ({ field, canChange: false, same });
const changeable = (field: string, same: Check['same']): Check => ({ field, canChange: true, same });

/** What JetStream lets us update, and what it doesn't (tried on 2.15; 2.10 is the same). */
const CHECKS: readonly Check[] = [
  fixed('deliverSubject', (_, actual) => (actual.deliver_subject ?? '') === ''),
  fixed('ackPolicy', (desired, actual) => actual.ack_policy === desired.ack_policy),
  fixed('replayPolicy', (desired, actual) => actual.replay_policy === desired.replay_policy),
  fixed('startFrom', sameStart),
  changeable('subjects', (desired, actual) => subjectsOf(desired).join(' ') === subjectsOf(actual).join(' ')),
  changeable('ackWait', (desired, actual) => desired.ack_wait === actual.ack_wait),
  changeable('maxAckPending', (desired, actual) => desired.max_ack_pending === actual.max_ack_pending),
  changeable('maxDeliver', (_, actual) => (actual.max_deliver ?? -1) <= 0),
  changeable('inactiveThreshold', (_, actual) => (actual.inactive_threshold ?? 0) === 0),
  changeable('headersOnly', (_, actual) => actual.headers_only !== true),
  changeable('backoff', (_, actual) => (actual.backoff ?? []).length === 0),
  changeable('metadata', sameMetadata),
  changeable(
    'description',
    (desired, actual) => desired.description === undefined || desired.description === actual.description,
  ),
];

/** Everything that differs, in a fixed order. Fields that we don't set, and the server's own metadata, are left alone. */
export function compareConsumers(desired: WireConsumerConfig, actual: WireConsumerConfig): Difference[] {
  return CHECKS.filter(({ same }) => !same(desired, actual)).map(({ field, canChange }) => ({ field, canChange }));
}

function sameStart(desired: WireConsumerConfig, actual: WireConsumerConfig): boolean {
  if (desired.deliver_policy !== actual.deliver_policy) return false;
  if (desired.deliver_policy === 'by_start_sequence') return desired.opt_start_seq === actual.opt_start_seq;
  if (desired.deliver_policy !== 'by_start_time') return true;
  return nanosecondsOf(desired.opt_start_time ?? '') === nanosecondsOf(actual.opt_start_time ?? '');
}

function sameMetadata(desired: WireConsumerConfig, actual: WireConsumerConfig): boolean {
  return Object.entries(desired.metadata ?? {}).every(([key, value]) => actual.metadata?.[key] === value);
}

/** What to send so that only our fields change: the server takes a whole configuration. */
export function mergeConsumers(desired: WireConsumerConfig, actual: WireConsumerConfig): WireConsumerConfig {
  const {
    filter_subject: _one,
    filter_subjects: _several,
    backoff: _backoff,
    inactive_threshold: _idle,
    ...kept
  } = actual;
  return {
    ...kept,
    ...desired,
    ...(actual.max_waiting === undefined ? {} : { max_waiting: actual.max_waiting }),
    headers_only: false,
    metadata: { ...withoutServerKeys(actual.metadata ?? {}), ...desired.metadata },
  };
}

/** The server writes keys of its own beside ours. */
function withoutServerKeys(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith('_nats.')));
}
