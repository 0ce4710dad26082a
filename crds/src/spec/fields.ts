import { z } from 'zod';
import { DURATION_PATTERN, durationMs, parseDurationMs } from '../duration.ts';
import { rule, type Rule } from '../rules/rule.ts';

/** Attaches what the worker fills in when the field is absent: told in the docs, never a default in the CRD. */
export function workerDefault<T extends z.ZodType>(schema: T, value: unknown): T {
  return schema.meta({ ...schema.meta(), workerDefault: value });
}

/** Attaches `x-kubernetes-*` and other keywords that zod has no word for. */
export function keywords<T extends z.ZodType>(schema: T, extra: Readonly<Record<string, unknown>>): T {
  return schema.meta({ ...schema.meta(), ...extra });
}

export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
export const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export const dnsLabel = (maxLength = 63) => z.string().min(1).max(maxLength).regex(DNS_LABEL);
export const objectName = () => z.string().min(1).max(253).regex(DNS_SUBDOMAIN);
/** Of a NATS KV bucket. */
export const bucketName = () =>
  z
    .string()
    .min(1)
    .max(255)
    .regex(/^[A-Za-z0-9_-]+$/);
export const text = (maxLength: number) => z.string().min(1).max(maxLength);
export const expression = () => text(4096);

/** Names joined by dots. */
export const FIELD_PATH = /^[^.\x00-\x1F\x7F]+(\.[^.\x00-\x1F\x7F]+)*$/;
export const fieldPath = () => z.string().min(1).max(253).regex(FIELD_PATH);

/** RFC 3339 with at most nanoseconds; the API server's own idea of a date-time is wider. */
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[-+][0-9]{2}:[0-9]{2})$/;
export const dateTime = () => keywords(z.string().max(64).regex(TIME), { format: 'date-time' });
export const duration = () => z.string().min(2).max(32).regex(DURATION_PATTERN);

/** A list whose items are told apart by keys, so that server-side apply merges item by item. */
export function listMap<T extends z.ZodType>(items: T, maxItems: number, keys: readonly string[] = ['name']) {
  return keywords(z.array(items).max(maxItems), {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': [...keys],
  });
}

export function listSet<T extends z.ZodType>(items: T, maxItems: number) {
  return keywords(z.array(items).max(maxItems), { 'x-kubernetes-list-type': 'set' });
}

export function atomicList<T extends z.ZodType>(items: T, maxItems: number) {
  return keywords(z.array(items).max(maxItems), { 'x-kubernetes-list-type': 'atomic' });
}

/** Any object, kept as written and replaced as a whole; what is inside is checked elsewhere. */
export function anyObject(maxProperties: number) {
  return keywords(z.record(z.string(), z.unknown()), {
    maxProperties,
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-map-type': 'atomic',
  });
}

export function map<T extends z.ZodType>(values: T, maxProperties: number) {
  return keywords(z.record(z.string(), values), { maxProperties });
}

/** Bounds of a duration, both included. */
export function durationBounds(at: string, least: string, most: string): Rule {
  const text = {
    rule: `duration(self) >= duration('${least}') && duration(self) <= duration('${most}')`,
    message: `must be a duration between ${least} and ${most}`,
  };
  return rule<string>(at, text, (self) => {
    const ms = parseDurationMs(self);
    return ms !== undefined && ms >= durationMs(least) && ms <= durationMs(most);
  });
}

/** The structural schema can't bound map keys, so a rule does. `pattern` must mean the same to RE2 and JavaScript. */
export function mapKeys(at: string, keys: { maxLength: number; pattern: RegExp; message: string }): Rule {
  const { maxLength, pattern, message } = keys;
  const quoted = pattern.source.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const cel = `self.all(k, k.size() <= ${maxLength} && k.matches('${quoted}'))`;
  return rule<object>(at, { rule: cel, message }, (self) =>
    Object.keys(self).every((key) => key.length <= maxLength && pattern.test(key)),
  );
}
