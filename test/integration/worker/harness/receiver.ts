import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** What a receiver does with a request: a status with headers, or nothing for ever. */
export type Reply = { readonly status: number; readonly headers?: Record<string, string> } | 'hang';

/** An HTTP server that keeps what it is sent and answers what the test says. */
export type Receiver = {
  /** `http://127.0.0.1:…` */
  readonly origin: string;
  /** Every request that came, whatever it was answered. */
  readonly received: readonly Received[];
  /** Events in requests that were answered 2xx, in order; a batch counts as its members. */
  readonly confirmed: readonly unknown[];
  /** Requests that are not answered, and the most that ever were at once. */
  readonly open: { readonly now: number; readonly most: number };
  /** How requests are answered from now on; those that hang are answered too when `release` is called. */
  reply: (request: Received) => Reply;
  release(): void;
  close(): Promise<void>;
};

export async function startReceiver(reply: Receiver['reply'] = () => ({ status: 200 })): Promise<Receiver> {
  const received: Received[] = [];
  const confirmed: unknown[] = [];
  const open = { now: 0, most: 0 };
  const hanging = new Set<{ request: Received; response: ServerResponse }>();
  const server = createServer((incoming, response) => {
    open.most = Math.max(open.most, (open.now += 1));
    response.on('close', () => (open.now -= 1));
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
      received.push(request);
      answer(request, response);
    });
  });
  const answer = (request: Received, response: ServerResponse): void => {
    const given = receiver.reply(request);
    if (given === 'hang') {
      hanging.add({ request, response });
      return;
    }
    if (given.status >= 200 && given.status < 300) confirmed.push(...eventsOf(request));
    response.writeHead(given.status, given.headers).end();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    confirmed,
    open,
    reply,
    release: () => {
      const waiting = [...hanging];
      hanging.clear();
      for (const { request, response } of waiting) if (!response.destroyed) answer(request, response);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** The events in a request: of a list, of lines, or its one. */
export function eventsOf({ body, headers }: Received): unknown[] {
  if (headers['content-type'] === 'application/x-ndjson') {
    return body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
  const event = JSON.parse(body) as unknown;
  return Array.isArray(event) ? event : [event];
}
