const GAP = '  ';

/** Rows of text in columns, the first row as their heads; the last column isn't filled up. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** `1,234` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** RFC 3339 to the second, of nanoseconds since 1970. */
export function formatTime(timestampNs: bigint): string {
  return new Date(Number(timestampNs / 1_000_000n)).toISOString().replace(/\.\d+Z$/, 'Z');
}
