import http from 'node:http';
import { type AddressInfo } from 'node:net';

/** What is wrong right now, a short text each; empty when all is well. */
export type Check = () => readonly string[];

export interface HealthServer {
  /** Rejects when the port can't be had. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

/** Answers /livez and /readyz with 200 `ok`, or 503 and what is wrong. */
export function createHealthServer(checks: { readonly livez: Check; readonly readyz: Check }): HealthServer {
  const paths = new Map<string, Check>([
    ['/livez', checks.livez],
    ['/readyz', checks.readyz],
  ]);
  const server = http.createServer((request, response) => {
    const check = paths.get((request.url ?? '').replace(/\?.*$/, ''));
    if (check === undefined) response.writeHead(404).end();
    else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end();
    else answer(response, check());
  });
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, () => {
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answer(response: http.ServerResponse, problems: readonly string[]): void {
  const body = problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`;
  response.writeHead(problems.length === 0 ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}
