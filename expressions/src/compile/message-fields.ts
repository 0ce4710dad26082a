import { INT, mapOf, STRING, TIMESTAMP, type Type } from '../types/type.ts';

/** What expressions see of the message that carried the event. */
export type MessageView = {
  readonly subject: string;
  /** The first value of every header. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the stream stored it; a number is milliseconds since 1970. */
  readonly time: Date | number;
  /** The stream's sequence. */
  readonly sequence: number;
  /** 1 for a first delivery. */
  readonly deliveries: number;
};

type MessageField = { readonly js: string; readonly type: Type };

export const MESSAGE_FIELDS: Readonly<Record<keyof MessageView, MessageField>> = {
  subject: { js: 'message.subject', type: STRING },
  headers: { js: 'message.headers', type: mapOf(STRING, STRING) },
  time: { js: 'R.timeOf(message.time)', type: TIMESTAMP },
  sequence: { js: 'BigInt(message.sequence)', type: INT },
  deliveries: { js: 'BigInt(message.deliveries)', type: INT },
};

export function messageField(name: string): MessageField | undefined {
  return Object.hasOwn(MESSAGE_FIELDS, name) ? MESSAGE_FIELDS[name as keyof MessageView] : undefined;
}
