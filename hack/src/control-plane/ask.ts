import { Agent, get } from 'node:https';
import { readKubeconfig } from '../pki/kubeconfig.ts';

const TIMEOUT_MS = 3000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks an API server with a kubeconfig's certificate. `url` replaces the one in it. Throws when it can't be reached. */
export function askApi(kubeconfigPath: string, path: string, url?: string): Promise<Answer> {
  const { url: ownUrl, ca, cert, key } = readKubeconfig(kubeconfigPath);
  const agent = new Agent({ ca, cert, key });
  return new Promise((resolve, reject) => {
    const request = get(`${url ?? ownUrl}${path}`, { agent, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        agent.destroy();
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
  });
}

/** Whether the API server says that it is ready. Throws when it can't be reached. */
export async function apiIsReady(kubeconfigPath: string, url?: string): Promise<boolean> {
  return (await askApi(kubeconfigPath, '/readyz', url)).status === 200;
}
