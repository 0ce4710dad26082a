import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Progress } from '@streamjob/crds';

export type Probes = {
  /** What is wrong with the process itself; undefined while it is alive. */
  dead(): string | undefined;
  /** What it waits for; undefined when it is connected and pulling. */
  unready(): string | undefined;
  progress(): Progress;
};

export type ProbeServer = {
  readonly port: number;
  close(): Promise<void>;
};

/**
 * Serves /livez, /readyz and /progress on all addresses; port 0 takes a free one. The event loop that does the work answers,
 * so one that is blocked answers nothing. Throws the system's error when the port can't be had.
 */
export async function serveProbes(port: number, probes: Probes): Promise<ProbeServer> {
  const server = createServer((request, response) => {
    answer(request.url?.split('?')[0] ?? '', probes, response);
  });
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answer(path: string, probes: Probes, response: ServerResponse): void {
  switch (path) {
    case '/livez':
      verdict(response, probes.dead());
      return;
    case '/readyz':
      verdict(response, probes.unready());
      return;
    case '/progress':
      send(response, 200, 'application/json', JSON.stringify(probes.progress()));
      return;
    default:
      send(response, 404, 'text/plain', 'try /livez, /readyz or /progress\n');
  }
}

function verdict(response: ServerResponse, wrong: string | undefined): void {
  send(response, wrong === undefined ? 200 : 503, 'text/plain', `${wrong ?? 'ok'}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
