import { createServer } from 'node:net';

/** `count` different TCP ports that nobody listened on a moment ago. */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(host)));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

function listen(host: string): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('the system gave no port'));
        return;
      }
      const close = (): Promise<void> =>
        new Promise((done, fail) =>
          server.close((error) => {
            if (error === undefined) done();
            else fail(error);
          }),
        );
      resolve({ port: address.port, close });
    });
  });
}
