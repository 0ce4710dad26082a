import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

type Kubeconfig = {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
};

/** An answer of the API server: the object, or a Status whose `message` says what was wrong. */
export type Answer = { code: number; body: { message?: string; [field: string]: unknown } };

export type ApiClient = {
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH', path: string, body?: object): Promise<Answer>;
  close(): void;
};

/** Plain HTTPS with the client certificate of a kubeconfig: one connection serves hundreds of small calls. */
export function apiClient(kubeconfigPath: string): ApiClient {
  const config = parse(readFileSync(kubeconfigPath, 'utf8')) as Kubeconfig;
  const { cluster } = config.clusters[0]!;
  const { user } = config.users[0]!;
  const decode = (text: string) => Buffer.from(text, 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
  return {
    call: (method, path, body) => send(agent, `${cluster.server}${path}`, method, body),
    close: () => {
      agent.destroy();
    },
  };
}

function send(agent: Agent, url: string, method: string, body: object | undefined): Promise<Answer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return new Promise((resolve, reject) => {
    const call = request(url, { method, agent, headers: { 'Content-Type': type } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] });
      });
    });
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
