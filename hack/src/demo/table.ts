/** One line of the closing table: what the file says, and what was found in the streams. */
export type Row = { readonly what: string; readonly expected: number; readonly found: number };

export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map(({ what, expected, found }) => [
    what,
    format(expected),
    format(found),
    expected === found ? '' : '≠',
  ]);
  const header = ['', 'from the file', 'on the cluster', ''];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('   ')
      .trimEnd();
  return [line(header), ...cells.map(line)].join('\n');
}

export function format(count: number): string {
  return count.toLocaleString('en-US');
}
