import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { OPERATOR_NAMESPACE, RELEASE } from '../../hack/src/platform/index.ts';
import { poll } from '../../hack/src/process/poll.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, publishNumbers } from './harness/traffic.ts';

jest.setTimeout(360_000);

/** Longer than the pace of the numbers that are written while something moves. */
const QUIET_MS = 65_000;
const JOBS = ['one', 'two'];

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('rest');
  await Promise.all(
    JOBS.map(async (job) => {
      await Promise.all([scene.stream(`${job}-in`), scene.stream(`${job}-out`)]);
      const sinks = [{ name: 'out', jetstream: { subject: `rest.${job}-out.all` } }];
      await scene.jobs.run(job, `rest-${job}-in`, { sinks });
      await publishNumbers(scene.broker, `rest.${job}-in.x`, 0, 500);
      await arrived(scene.broker, `rest-${job}-out`, 500);
    }),
  );
});

afterAll(() => scene.close());

test('while nothing happens, nothing of the jobs changes', async () => {
  const since = Date.now();
  const seen = new Map<string, number>();
  await poll(
    'the jobs come to rest',
    async () => {
      const now = await versions();
      if (!seen.has(now)) seen.set(now, Date.now());
      return Date.now() - (seen.get(now) ?? 0) >= QUIET_MS;
    },
    { timeoutMs: 180_000, everyMs: 2_000 },
  );
  expect([...seen.keys()].at(-1)).toContain('StreamJob/one');
  expectQuiet(scene.cluster.cluster.auditLogPath, Date.now() - QUIET_MS, since);
});

/** Of everything that the operator could write. */
function versions(): Promise<string> {
  const kinds = 'sj,deploy,cm,sa,pdb,netpol,events.events.k8s.io';
  const path = '{range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}';
  return scene.cluster.kubectl(['get', kinds, '-n', scene.namespace, '-o', `jsonpath=${path}`]);
}

type AuditLine = {
  verb: string;
  user: { username: string };
  objectRef?: { resource?: string; namespace?: string };
  requestReceivedTimestamp: string;
};

/** The API server's own word: the operator wrote its Lease and nothing of these jobs. Other tests' jobs move meanwhile. */
function expectQuiet(path: string, fromMs: number, wholeFromMs: number): void {
  const operator = `system:serviceaccount:${OPERATOR_NAMESPACE}:${RELEASE}`;
  const writes = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes(operator))
    .map((line) => JSON.parse(line) as AuditLine)
    .filter(({ user }) => user.username === operator)
    .filter(({ objectRef }) => objectRef?.resource === 'leases' || objectRef?.namespace === scene.namespace);
  const since = (ms: number): string[] =>
    writes
      .filter(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) >= ms)
      .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ''}`);
  expect(new Set(since(fromMs))).toEqual(new Set(['update leases']));
  expect(since(wholeFromMs).length).toBeGreaterThan(QUIET_MS / 5_000);
}
