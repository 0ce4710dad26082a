import { type Progress } from '@streamjob/crds';
import { type JobRecord, type Sampled } from '../record.ts';

/** What a condition can depend on, as text: when it changes, the job is worth a look at once. */
export function conditionsOf({ stream, consumer, account, workers }: JobRecord): string {
  return JSON.stringify([
    [errorOf(stream), stream.value?.created],
    [errorOf(consumer), consumer.value?.created, consumer.value?.config],
    [errorOf(account), account.value],
    [...workers].map(([uid, { value, error }]) => [uid, error?.name, value && workerConditions(value)]),
  ]);
}

function workerConditions({ uid, revision, connected, account, pulling, waiting, stopped }: Progress): unknown {
  const waits = waiting.map(({ destination, reason, code }) => [destination, reason, code]).sort();
  return [uid, revision, connected, account, pulling, waits, stopped];
}

/** A text that quotes a changing number would look like news each time, so only the class counts, and which right is missing. */
function errorOf({ error }: Sampled<unknown>): unknown {
  if (error === undefined) return undefined;
  return [error.name, 'subject' in error ? error.subject : undefined, 'field' in error ? error.field : undefined];
}

/** The numbers that the status shows. */
export function numbersOf({ stream, consumer, workers }: JobRecord): string {
  const { value } = consumer;
  return JSON.stringify([
    stream.value?.state.lastSequence,
    [value?.pending, value?.ackPending, value?.redelivered, value?.delivered.stream, value?.ackFloor.stream],
    [...workers].map(([uid, sample]) => [uid, sample.value?.counts]),
  ]);
}
