import { type SourceMessage } from '../types.ts';

/** A message as a source would deliver it, for tests: a text is its payload in UTF-8. */
export function sourceMessage(
  payload: string | Uint8Array,
  {
    headers = [],
    ...rest
  }: Partial<Omit<SourceMessage, 'headers'>> & { headers?: SourceMessage['headers']['entries'] } = {},
): SourceMessage {
  return {
    subject: 'flights.SEA',
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    headers: { entries: headers },
    sequence: 7,
    timestamp: '1763867965123456789',
    deliveries: 1,
    ...rest,
  };
}
