import { type z } from 'zod';

type Context = z.core.$RefinementCtx<string>;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `1h30m`, `500ms` → milliseconds. */
export function durationMs(text: string, context: Context): number {
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  if (text === '' || parts.map(([part]) => part).join('') !== text) {
    context.addIssue({ code: 'custom', message: 'must be a duration such as 168h, 1h30m or 500ms', input: text });
    return 0;
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `1Gi`, `500M` → bytes. */
export function quantityBytes(text: string, context: Context): number {
  const [, amount, unit] = /^(\d+)(|[kMGT]|[KMGT]i)$/.exec(text) ?? [];
  const factor = UNIT_BYTES[unit ?? ''];
  if (amount === undefined || factor === undefined) {
    context.addIssue({ code: 'custom', message: 'must be a number of bytes such as 1Gi or 500M', input: text });
    return 0;
  }
  return Number(amount) * factor;
}
