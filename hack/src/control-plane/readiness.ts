import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { type KeyPair } from '../pki/certificates.ts';

/** Whether the API server answers 200 on `path`, asked with a client certificate. Throws when it can't be reached. */
export function answersOk(url: string, authorityPath: string, client: KeyPair, path: string): Promise<boolean> {
  const agent = new Agent({
    ca: readFileSync(authorityPath),
    cert: readFileSync(client.certPath),
    key: readFileSync(client.keyPath),
  });
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, { agent, timeout: 2000 }, (response) => {
      response.resume();
      response.on('end', () => {
        agent.destroy();
        resolve(response.statusCode === 200);
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 2 s')));
    request.on('error', reject);
  });
}
