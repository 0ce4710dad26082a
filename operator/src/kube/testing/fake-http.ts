import http from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
};

export type Answer = (seen: Seen, response: http.ServerResponse, socket: Socket) => void;

/** An HTTP server that answers as the test says, request by request. */
export interface FakeHttp {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Connections that were opened so far. */
  readonly connections: number;
  answer: Answer;
  close(): Promise<void>;
}

export async function startFakeHttp(answer: Answer): Promise<FakeHttp> {
  const seen: Seen[] = [];
  let connections = 0;
  const server = http.createServer((request, response) => {
    void readAll(request).then((body) => {
      const url = new URL(request.url ?? '', 'http://fake');
      const { method = '', headers, socket } = request;
      const one = { method, path: url.pathname, query: url.searchParams, headers, body };
      seen.push(one);
      fake.answer(one, response, socket);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeHttp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get connections() {
      return connections;
    },
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return fake;
}

export function json(status: number, body: object, headers: http.OutgoingHttpHeaders = {}): Answer {
  return (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** The API server's answer to a failed call. */
export function status(code: number, reason: string, message = 'it says why', details: object = {}): Answer {
  return json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details });
}

async function readAll(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
