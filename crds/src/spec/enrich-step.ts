import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { exactlyOne, rule, type Rule } from '../rules/rule.ts';
import {
  bucketName,
  duration,
  durationBounds,
  expression,
  fieldPath,
  map,
  mapKeys,
  objectName,
  workerDefault,
} from './fields.ts';
import { HEADER_NAME, HEADER_TEMPLATE, isOwnHeader, OWN_HEADER } from './header.ts';

const ENRICH = DEFAULTS.steps.enrich;

/** 1Mi to 1024Mi. */
const BYTES = /^([1-9][0-9]{0,2}|10[01][0-9]|102[0-4])Mi$/;

/** A literal scheme, host and port, then `${key}` at least once, and no other expression. */
const URL_WITH_KEY =
  /^https?:\/\/[^\x00-\x20\x7F/?#@\\${}]+[/?][^\x00-\x20\x7F#\\${}]*(\$\{key\}[^\x00-\x20\x7F#\\${}]*)+$/;

const kv = z
  .object({
    bucket: bucketName().describe('A KV bucket of the connection’s account. While it does not exist, messages wait.'),
    maxBytes: workerDefault(z.string().max(6).regex(BYTES), ENRICH.kv.maxBytes)
      .describe(
        'How much of the bucket each worker keeps in memory, from 1Mi to 1024Mi; values that were read lately take up to ' +
          'half as much again. A bucket that does not fit is not kept: keys are read when they are asked for, which is slower.',
      )
      .exactOptional(),
  })
  .describe('Looks the key up in a NATS KV bucket, which is watched: a change counts a moment later.');

const cache = z
  .object({
    ttl: workerDefault(duration(), ENRICH.http.cache.ttl)
      .describe('How long a value is used again, from 0s (not at all) to 24h.')
      .exactOptional(),
    missTtl: workerDefault(duration(), ENRICH.http.cache.missTtl)
      .describe('How long it is remembered that there is no value, or a wrong one, from 0s to 24h.')
      .exactOptional(),
    maxEntries: workerDefault(z.int32().min(16).max(1_000_000), ENRICH.http.cache.maxEntries)
      .describe('Keys that each worker remembers at most; those that nobody asked for lately go first.')
      .exactOptional(),
  })
  .describe('What each worker remembers of the answers.');

const http = z
  .object({
    url: z
      .string()
      .min(1)
      .max(2048)
      .regex(URL_WITH_KEY)
      .describe(
        'Where to get the value from. `${key}` stands for the key, percent-encoded as one component. The host is literal ' +
          'and one that the platform team allows.',
      ),
    headers: map(z.string().max(4096).regex(HEADER_TEMPLATE), 32).describe('Headers to send.').exactOptional(),
    credentialsSecretName: objectName()
      .describe(
        'A Secret of this namespace with the Authorization header: entry `authorization` is its whole value, entry ' +
          '`token` a bearer token. The kubelet mounts it; the operator never reads it. Renewed ones are read by themselves.',
      )
      .exactOptional(),
    timeout: workerDefault(duration(), ENRICH.http.timeout)
      .describe('How long one request may take, from connecting to the end of its answer: from 100ms to 30s.')
      .exactOptional(),
    concurrency: workerDefault(z.int32().min(1).max(64), ENRICH.http.concurrency)
      .describe('Requests of one worker at once at most. Messages that ask for the same key share one.')
      .exactOptional(),
    cache: cache.exactOptional(),
  })
  .describe(
    'Looks the key up with GET. A status from 200 to 299 has the value in its body, 404 says that there is none, another ' +
      '4xx (but 401, 403, 408 and 429) that the key is wrong. For everything else messages wait, as in an outage.',
  );

export const enrich = z
  .object({
    key: expression().describe(
      'A CEL expression over `event` and `message` that gives the key: a text that is not empty, an integer or a bool.',
    ),
    into: fieldPath().describe('The field that gets the value. A dotted name writes into objects, made where missing.'),
    kv: kv.exactOptional(),
    http: http.exactOptional(),
    format: workerDefault(z.enum(['Json', 'Text']), ENRICH.format)
      .describe('What values are: Json, read as events are, or Text.')
      .exactOptional(),
    onMissing: workerDefault(z.enum(['DeadLetter', 'Drop', 'Null', 'Pass']), ENRICH.onMissing)
      .describe(
        'What becomes of a message whose key has no value: DeadLetter, Drop (counted), Null (the field is set to null) ' +
          'or Pass (the event stays as it is).',
      )
      .exactOptional(),
    onError: workerDefault(z.enum(['DeadLetter', 'Drop']), DEFAULTS.steps.onError)
      .describe(
        'What becomes of a message whose key fails (a missing field, another type), or whose value is not what `format` ' +
          'says: DeadLetter or Drop (counted).',
      )
      .exactOptional(),
  })
  .describe('Adds to the event what a KV bucket or an HTTP server knows about it.');

export type EnrichStep = z.infer<typeof enrich>;
export type KvLookup = z.infer<typeof kv>;
export type HttpLookup = z.infer<typeof http>;

const AT = 'spec.steps[].enrich';

export const enrichRules: readonly Rule[] = [
  exactlyOne(AT, ['kv', 'http']),
  durationBounds(`${AT}.http.timeout`, '100ms', '30s'),
  durationBounds(`${AT}.http.cache.ttl`, '0s', '24h'),
  durationBounds(`${AT}.http.cache.missTtl`, '0s', '24h'),
  mapKeys(`${AT}.http.headers`, {
    maxLength: 128,
    pattern: HEADER_NAME,
    message: 'header names must be at most 128 letters, digits and dashes',
  }),
  rule<Record<string, string>>(
    `${AT}.http.headers`,
    {
      rule: `!self.exists(k, k.matches('${OWN_HEADER.source}'))`,
      message: 'the step sets the headers of the connection, Content-Type and Authorization by itself',
    },
    (self) => !Object.keys(self).some(isOwnHeader),
  ),
];
