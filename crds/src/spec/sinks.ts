import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { durationMs } from '../duration.ts';
import { exactlyOne, rule, type Rule } from '../rules/rule.ts';
import { dnsLabel, duration, durationBounds, expression, listMap, map, mapKeys, workerDefault } from './fields.ts';
import { HEADER_NAME, HEADER_TEMPLATE } from './header.ts';
import { httpSink, httpSinkRules } from './http-sink.ts';
import { kvSink } from './kv-sink.ts';

/**
 * The literal beginning of a subject: tokens without wildcards, spaces, `$` or braces. The first token is literal as a
 * whole, so that no value can choose where in the account a result goes; what follows the first `${` the operator checks.
 */
const SINK_SUBJECT =
  /^[^\x00-\x20\x7F.*>${}]+(\.[^\x00-\x20\x7F.*>${}]+)*(\.[^\x00-\x20\x7F.*>${}]*\$\{[^\x00]+\}[^\x00]*)?$/;

const jetStreamSink = z
  .object({
    subject: z
      .string()
      .min(1)
      .max(1024)
      .regex(SINK_SUBJECT)
      .describe(
        'Subject to publish to; a stream must bind it. `${…}` holds one CEL expression whose value becomes exactly one ' +
          'token, escaped. The first token is literal.',
      ),
    headers: map(z.string().max(4096).regex(HEADER_TEMPLATE), 32)
      .describe(
        'Headers to set, each a template: `${…}` holds one CEL expression. Names that begin with Nats- belong to the server.',
      )
      .exactOptional(),
  })
  .describe('Publishes to a JetStream stream and waits for its confirmation.');

const backoff = z
  .object({
    initial: workerDefault(duration(), DEFAULTS.retry.backoff.initial)
      .describe('Wait before the second attempt, from 10ms to 1h; it doubles with every attempt.')
      .exactOptional(),
    max: workerDefault(duration(), DEFAULTS.retry.backoff.max)
      .describe('The longest wait between two attempts, from 10ms to 1h and not less than `initial`.')
      .exactOptional(),
  })
  .describe('Waits between attempts.');

const retry = z
  .object({
    maxAttempts: workerDefault(z.int32().min(1).max(100), DEFAULTS.retry.maxAttempts)
      .describe('Attempts before the message becomes a dead letter.')
      .exactOptional(),
    backoff: backoff.exactOptional(),
  })
  .describe(
    'For a message that fails while others pass. An outage of the destination spends no attempt: the job waits instead.',
  );

const sink = z
  .object({
    name: dnsLabel(40).describe(
      'Name of the sink, a DNS label unlike that of any other step or sink; progress and dead letters carry it.',
    ),
    when: expression()
      .describe(
        'A CEL expression over `event` and `message`; the sink takes the messages for which it is true. Absent: all.',
      )
      .exactOptional(),
    jetstream: jetStreamSink.exactOptional(),
    kv: kvSink.exactOptional(),
    http: httpSink.exactOptional(),
    retry: retry.exactOptional(),
  })
  .describe('One sink: a name, what it takes, and exactly one kind.');

export const sinks = listMap(sink, 32)
  .min(1)
  .describe(
    'Where results go: a message goes to every sink whose `when` is true, one that no sink wants is counted as unrouted. ' +
      'Each sink has exactly one kind.',
  );

export type Sink = z.infer<typeof sink>;
export type JetStreamSink = z.infer<typeof jetStreamSink>;
export type RetryPolicy = z.infer<typeof retry>;
type Backoff = z.infer<typeof backoff>;

const { initial: defaultInitial, max: defaultMax } = DEFAULTS.retry.backoff;

export const sinkRules: readonly Rule[] = [
  exactlyOne('spec.sinks[]', ['jetstream', 'kv', 'http']),
  mapKeys('spec.sinks[].jetstream.headers', {
    maxLength: 128,
    pattern: HEADER_NAME,
    message: 'header names must be at most 128 letters, digits and dashes',
  }),
  rule<Record<string, string>>(
    'spec.sinks[].jetstream.headers',
    {
      rule: "!self.exists(k, k.matches('^(?i)nats-'))",
      message: 'header names that begin with Nats- belong to the server',
    },
    (self) => !Object.keys(self).some((name) => /^nats-/i.test(name)),
  ),
  ...httpSinkRules,
  durationBounds('spec.sinks[].retry.backoff.initial', '10ms', '1h'),
  durationBounds('spec.sinks[].retry.backoff.max', '10ms', '1h'),
  rule<Backoff>(
    'spec.sinks[].retry.backoff',
    {
      rule:
        `duration(has(self.max) ? self.max : '${defaultMax}') >= ` +
        `duration(has(self.initial) ? self.initial : '${defaultInitial}')`,
      message: 'max must not be less than initial',
      field: 'max',
    },
    (self) => durationMs(self.max ?? defaultMax) >= durationMs(self.initial ?? defaultInitial),
  ),
];
