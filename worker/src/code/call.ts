import { type MessageView } from '@streamjob/expressions';
import { jsonText, type DecodedEvent } from '../codecs/index.ts';
import { type CodeAnswer } from './code-module.ts';
import { BYTES, INEXACT, PLAIN } from './protocol.ts';

/** Ids begin anew after this. */
export const MAX_ID = 2 ** 30;

/** One call of a module's function. */
export type Call = {
  /** All of its row but the id. */
  readonly row: string;
  readonly chars: number;
  /** It may have killed a process. */
  suspect: boolean;
  readonly resolve: (answer: CodeAnswer) => void;
};

export function createCall(event: DecodedEvent, message: MessageView, resolve: Call['resolve']): Call {
  const { subject, headers, time, sequence, deliveries } = message;
  const row = `${eventText(event)},${JSON.stringify({ subject, headers, time, sequence, deliveries })}]`;
  return { row, chars: row.length, suspect: false, resolve };
}

/** The form of the event, and the event in this form. */
function eventText(event: DecodedEvent): string {
  const { value, inexact } = event;
  if (value instanceof Uint8Array) return `${BYTES},"${Buffer.from(value).toString('base64')}"`;
  return inexact ? `${INEXACT},${JSON.stringify(jsonText(event))}` : `${PLAIN},${jsonText(event)}`;
}

/** The text of a batch of calls. */
export function batchText(calls: readonly (readonly [id: number, call: Call])[]): string {
  return `[${calls.map(([id, { row }]) => `[${id},${row}`).join(',')}]`;
}
