export interface NatsPorts {
  readonly client: number;
  readonly monitor: number;
  readonly route?: number;
}

export interface NatsSettings {
  readonly name: string;
  readonly ports: NatsPorts;
  /** The folder of JetStream's files; without it the server has no JetStream. */
  readonly storeDir?: string;
  /** Route ports of all nodes, this one's own among them. */
  readonly routes?: readonly number[];
  /** More configuration, in the server's own syntax. */
  readonly extra?: string;
}

/** The text of a nats-server configuration file for a server on the loopback address. */
export function renderConfig({ name, ports, storeDir, routes = [], extra = '' }: NatsSettings): string {
  const lines = [`server_name: ${name}`, `listen: "127.0.0.1:${ports.client}"`, `http: "127.0.0.1:${ports.monitor}"`];
  if (storeDir !== undefined) lines.push(`jetstream { store_dir: ${JSON.stringify(storeDir)} }`);
  if (ports.route !== undefined) {
    const urls = routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
    lines.push(`cluster { name: test, listen: "127.0.0.1:${ports.route}", routes: [${urls}], no_advertise: true }`);
  }
  return [...lines, extra, ''].join('\n');
}
