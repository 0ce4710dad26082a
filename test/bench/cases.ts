/** What one measurement of throughput is about. */
export type Case = {
  readonly sizeBytes: number;
  /** Of a hundred messages so many pass the filter. */
  readonly percent: number;
  /** When the server calls fsync: as it does by default, or after every write. */
  readonly sync: 'default' | 'always';
};

const SIZES_BYTES = [300, 1000, 10_000];
const PERCENTS = [100, 12];

export const CASES: readonly Case[] = SIZES_BYTES.flatMap((sizeBytes) =>
  PERCENTS.map((percent) => ({ sizeBytes, percent, sync: 'default' as const })),
);

/** Enough to see that something became dearer. */
export const QUICK_CASES: readonly Case[] = CASES.filter(
  ({ sizeBytes, percent }) => sizeBytes === 300 || (sizeBytes === 1000 && percent === 100),
);

export const SYNC_CASES: readonly Case[] = [{ sizeBytes: 300, percent: 100, sync: 'always' }];

/** `300 B, 12 %`: stable, for it is a key of the baseline. */
export function nameOf({ sizeBytes, percent, sync }: Case): string {
  const size = sizeBytes < 1000 ? `${sizeBytes} B` : `${sizeBytes / 1000} kB`;
  return `${size}, ${percent} %${sync === 'always' ? ', sync always' : ''}`;
}
