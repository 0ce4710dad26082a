import { type TestCluster } from '../harness/cluster.ts';
import { releaseValues } from '../harness/release.ts';

/** What a receiver was sent: each line of a request's body by itself. */
export type Request = {
  readonly method: string;
  readonly path: string;
  readonly authorization?: string;
  readonly payload: unknown;
};

const NAME = 'receiver';
const PORT = 8080;

/** Answers 422 to paths that end in `refused` and 200 to all others, and writes a line for each request. */
const SCRIPT = `
require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    const { method, url: path, headers: { authorization } } = request;
    console.log(JSON.stringify({ method, path, authorization, body }));
    response.writeHead(path.endsWith('refused') ? 422 : 200).end();
  });
}).listen(${PORT});`;

/** Runs an HTTP server, `http://receiver.<namespace>.svc:8080`, from the worker's image: the one that is surely there. */
export async function startReceiver(cluster: TestCluster, namespace: string): Promise<void> {
  const { worker } = await releaseValues(cluster);
  const { image } = worker as { image: { repository: string; tag: string } };
  const labels = { 'app.kubernetes.io/name': NAME };
  const container = {
    name: NAME,
    image: `${image.repository}:${image.tag}`,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', SCRIPT],
    ports: [{ containerPort: PORT }],
    readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
  };
  await cluster.kubectl.apply([
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: NAME, namespace },
      spec: { selector: labels, ports: [{ port: PORT }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: NAME, namespace, labels },
      spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [container] },
    },
  ]);
}

/** Everything that it was sent, once each. */
export async function receivedBy({ kubectl }: TestCluster, namespace: string): Promise<Request[]> {
  const log = await kubectl(['logs', '-n', namespace, NAME]);
  const all = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => {
      const { body, ...request } = JSON.parse(line) as Omit<Request, 'payload'> & { body: string };
      return body
        .trimEnd()
        .split('\n')
        .map((payload): Request => ({ ...request, payload: JSON.parse(payload) as unknown }));
    });
  return [...new Map(all.map((request) => [JSON.stringify(request), request])).values()];
}
