import { expect, test } from '@jest/globals';
import { renderConfig } from './config.ts';

const ports = { client: 4222, monitor: 8222 };

test('a server on its own', () => {
  expect(renderConfig({ name: 'n', ports, storeDir: '/data', extra: 'max_payload: 64KB' })).toBe(
    `server_name: n
listen: "127.0.0.1:4222"
http: "127.0.0.1:8222"
jetstream { store_dir: "/data" }
max_payload: 64KB
`,
  );
});

test('a node of a cluster names the routes of all', () => {
  const config = renderConfig({ name: 'n', ports: { ...ports, route: 6222 }, routes: [6222, 6223] });
  expect(config).toContain('routes: ["nats://127.0.0.1:6222", "nats://127.0.0.1:6223"]');
  expect(config).not.toContain('jetstream');
});
