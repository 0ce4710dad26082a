import { InexactNumber } from '@streamjob/expressions';

/** Whether what an expression gave has numbers in it that no double holds: larger integers, or numbers passed on unread. */
export function holdsInexact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return value instanceof InexactNumber || Object.values(value).some(holdsInexact);
}
