import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHealthServer, type HealthServer } from './server.ts';

let server: HealthServer;
let url: string;
const problems: { livez: string[]; readyz: string[] } = { livez: [], readyz: [] };
beforeEach(async () => {
  Object.assign(problems, { livez: [], readyz: [] });
  server = createHealthServer({ livez: () => problems.livez, readyz: () => problems.readyz });
  url = `http://127.0.0.1:${await server.listen(0)}`;
});
afterEach(() => server.close());

const cases: Record<
  string,
  { path: string; method?: string; problem?: 'livez' | 'readyz'; status: number; body: string }
> = {
  'live when nothing is wrong': { path: '/livez', status: 200, body: 'ok\n' },
  'ready when nothing is wrong': { path: '/readyz', status: 200, body: 'ok\n' },
  'not ready, and why': { path: '/readyz', problem: 'readyz', status: 503, body: 'it hangs\n' },
  'live though not ready': { path: '/livez', problem: 'readyz', status: 200, body: 'ok\n' },
  'not live, and why': { path: '/livez?verbose', problem: 'livez', status: 503, body: 'it hangs\n' },
  'nothing else': { path: '/', status: 404, body: '' },
  'no other method': { path: '/livez', method: 'POST', status: 405, body: '' },
};
describe('health server', () => {
  test.each(Object.entries(cases))('%s', async (_name, { path, method = 'GET', problem, status, body }) => {
    if (problem !== undefined) problems[problem].push('it hangs');
    const response = await fetch(`${url}${path}`, { method });
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  test('a port that is taken is an error', async () => {
    const other = createHealthServer({ livez: () => [], readyz: () => [] });
    await expect(other.listen(Number(new URL(url).port))).rejects.toThrow('EADDRINUSE');
  });
});
