const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** One or more numbers with units, as Go writes durations: `500ms`, `30s`, `1m30s`, `1.5h`. */
export const DURATION_PATTERN = /^([0-9]{1,6}(\.[0-9]{1,6})?(ms|s|m|h))+$/;

const PART = /([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g;

/** Milliseconds of a duration; `undefined` when the text is not a duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(PART)) totalMs += Number(amount) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  return totalMs;
}

/** Milliseconds of a duration that validation has already accepted; throws a RangeError for any other text. */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new RangeError('not a duration: write numbers with units, such as 30s or 1m30s');
  return ms;
}
