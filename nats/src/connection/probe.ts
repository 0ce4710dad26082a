import { createConnection } from 'node:net';

const LONGEST_MS = 2_000;

/**
 * Whether a server that accepts connections asks for client certificates. In TLS 1.3 it refuses one after the
 * handshake, and the library then only sees a server that never answers.
 */
export function wantsClientCertificate(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`nats://${address}`);
  return new Promise((resolve) => {
    let greeting = '';
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    const done = () => {
      socket.destroy();
      resolve(/^INFO .*"tls_verify":true/.test(greeting));
    };
    socket.setTimeout(LONGEST_MS, done);
    socket.on('error', done).on('close', done);
    socket.on('data', (chunk) => {
      greeting += chunk.toString('latin1');
      if (greeting.includes('\r\n')) done();
    });
  });
}
