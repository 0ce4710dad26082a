import { RawConnection } from './connection.ts';

const WINDOW = 2000;
const CONFIRMATIONS = 1;

/** Publishes `count` payloads to one subject and waits until the stream confirmed each: faster than any client library. */
export async function fill(
  url: string,
  subject: string,
  count: number,
  payload: (index: number) => string,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const inbox = `_INBOX.fill.${subject}`;
  let sent = 0;
  let confirmed = 0;
  const send = (): void => {
    for (; sent < count && sent - confirmed < WINDOW; sent += 1) {
      const bytes = Buffer.from(payload(sent));
      connection.text(`PUB ${subject} ${inbox} ${bytes.length}\r\n`);
      connection.bytes(bytes);
      connection.endOfFrame();
    }
  };
  const connection = new RawConnection(url, {
    onFrame: ({ buffer, payloadStart, end }) => {
      const answer = buffer.toString('latin1', payloadStart, end);
      if (!answer.startsWith('{"stream"')) throw new Error(`the stream refuses messages: ${answer}`);
      confirmed += 1;
    },
    onTurn: () => {
      if (confirmed === count) resolve(undefined);
      else send();
    },
  });
  connection.subscribe(inbox, CONFIRMATIONS);
  send();
  connection.flush();
  await promise;
  connection.end();
}
