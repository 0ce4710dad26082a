import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** US flights of 2001, as the npm package vega-datasets ships them. */
export const FLIGHTS_FILE = join(
  dirname(fileURLToPath(import.meta.resolve('vega-datasets'))),
  '../data/flights-3m.parquet',
);

export type Flight = {
  /** RFC 3339. */
  readonly date: string;
  /** Minutes late; negative when early. */
  readonly delay: number;
  /** Miles. */
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
};

type Row = { date: Date; delay: bigint; distance: bigint; origin: string; destination: string };

const ROWS_AT_A_TIME = 50_000;

export async function countFlights(file = FLIGHTS_FILE): Promise<number> {
  return Number((await parquetMetadataAsync(await asyncBufferFromFile(file))).num_rows);
}

/** The first `limit` flights of the file, in its order. */
export async function* readFlights(limit: number, file = FLIGHTS_FILE): AsyncGenerator<Flight> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  for (let start = 0; start < limit; start += ROWS_AT_A_TIME) {
    const rowEnd = Math.min(limit, start + ROWS_AT_A_TIME);
    const rows = await parquetReadObjects({ file: buffer, metadata, compressors, rowStart: start, rowEnd });
    for (const row of rows as Row[]) yield fromRow(row);
  }
}

function fromRow({ date, delay, distance, origin, destination }: Row): Flight {
  return { date: date.toISOString(), delay: Number(delay), distance: Number(distance), origin, destination };
}
