import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { rule, type Rule } from '../rules/rule.ts';
import { duration, durationBounds, map, mapKeys, objectName, workerDefault } from './fields.ts';
import { HEADER_NAME, HEADER_TEMPLATE, isOwnHeader, OWN_HEADER } from './header.ts';

const HTTP = DEFAULTS.sinks.http;

/** A literal scheme, host and port, so that no value can choose where a result goes; the operator checks the rest. */
const URL_TEMPLATE = /^https?:\/\/[^\x00-\x20\x7F/?#@\\${}]+([/?][^\x00]*)?$/;

/** 1Ki to 8Mi. */
const BATCH_BYTES = /^([1-9][0-9]{0,3}Ki|[1-8]Mi)$/;

const batch = z
  .object({
    maxMessages: workerDefault(z.int32().min(2).max(1000), HTTP.batch.maxMessages)
      .describe('Results in one request at most.')
      .exactOptional(),
    maxBytes: workerDefault(z.string().max(6).regex(BATCH_BYTES), HTTP.batch.maxBytes)
      .describe('Bytes of one request’s body at most, from 1Ki to 8Mi; a larger result goes by itself.')
      .exactOptional(),
    maxWait: workerDefault(duration(), HTTP.batch.maxWait)
      .describe('How long a result waits for others, from 1ms to 5s.')
      .exactOptional(),
    format: workerDefault(z.enum(['JsonArray', 'JsonLines']), HTTP.batch.format)
      .describe('JsonArray: one JSON list. JsonLines: one line each.')
      .exactOptional(),
  })
  .describe(
    'Sends several results in one request. A request that is refused is halved until the one that is at fault is found.',
  );

export const httpSink = z
  .object({
    url: z
      .string()
      .min(1)
      .max(2048)
      .regex(URL_TEMPLATE)
      .describe(
        'Where to send to. The host is literal and one that the platform team allows. `${…}` in the path or the query ' +
          'holds one CEL expression whose value is percent-encoded as one component.',
      ),
    method: workerDefault(z.enum(['POST', 'PUT']), HTTP.method)
      .describe('Method of the request.')
      .exactOptional(),
    headers: map(z.string().max(4096).regex(HEADER_TEMPLATE), 32)
      .describe('Headers to set, each a template: `${…}` holds one CEL expression. None is taken from the message.')
      .exactOptional(),
    contentType: z
      .string()
      .min(3)
      .max(128)
      .regex(HEADER_TEMPLATE)
      .describe(
        'Content-Type of the request. Absent: application/json, text/plain or application/octet-stream, by what the ' +
          'event is; application/x-ndjson for JsonLines.',
      )
      .exactOptional(),
    batch: batch.exactOptional(),
    timeout: workerDefault(duration(), HTTP.timeout)
      .describe('How long one request may take, from connecting to the end of its answer: from 100ms to 30s.')
      .exactOptional(),
    concurrency: workerDefault(z.int32().min(1).max(64), HTTP.concurrency)
      .describe('Requests of one worker at once at most.')
      .exactOptional(),
    idempotencyHeader: workerDefault(z.string().min(1).max(128).regex(HEADER_NAME), HTTP.idempotencyHeader)
      .describe(
        'Header that carries the id of the result (of a batch: a hash of its ids): the same however often it is sent.',
      )
      .exactOptional(),
    credentialsSecretName: objectName()
      .describe(
        'A Secret of this namespace with the Authorization header: entry `authorization` is its whole value, entry ' +
          '`token` a bearer token. The kubelet mounts it; the operator never reads it. Renewed ones are read by themselves.',
      )
      .exactOptional(),
  })
  .describe('Sends to an HTTP server. A status from 200 to 299 confirms; nothing is redirected.');

export type HttpSink = z.infer<typeof httpSink>;

const AT = 'spec.sinks[].http';

export const httpSinkRules: readonly Rule[] = [
  durationBounds(`${AT}.timeout`, '100ms', '30s'),
  durationBounds(`${AT}.batch.maxWait`, '1ms', '5s'),
  mapKeys(`${AT}.headers`, {
    maxLength: 128,
    pattern: HEADER_NAME,
    message: 'header names must be at most 128 letters, digits and dashes',
  }),
  rule<Record<string, string>>(
    `${AT}.headers`,
    {
      rule: `!self.exists(k, k.matches('${OWN_HEADER.source}'))`,
      message: 'the sink sets the headers of the connection, Content-Type and Authorization by itself',
    },
    (self) => !Object.keys(self).some(isOwnHeader),
  ),
  rule<string>(
    `${AT}.idempotencyHeader`,
    {
      rule: `!self.matches('${OWN_HEADER.source}')`,
      message: 'must not be a header of the connection, Content-Type or Authorization',
    },
    (self) => !isOwnHeader(self),
  ),
  rule<HttpSink>(
    AT,
    {
      rule:
        "!has(self.batch) || (!self.url.contains('${') && " +
        "(!has(self.headers) || self.headers.all(k, !self.headers[k].contains('${'))))",
      message: 'batch needs a url and headers without ${…}: results of several messages share them',
      field: 'batch',
    },
    ({ batch: together, url, headers = {} }) =>
      together === undefined || ![url, ...Object.values(headers)].some((template) => template.includes('${')),
  ),
];
