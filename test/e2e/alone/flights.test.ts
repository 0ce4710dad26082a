import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { compareResults, countDeadLetters } from '../../../hack/src/demo/collect.ts';
import { expectMessage, nothingExpected } from '../../../hack/src/demo/expected.ts';
import { readFlights } from '../../../hack/src/demo/flights.ts';
import { toMessage } from '../../../hack/src/demo/messages.ts';
import { ensureNamespace, ensureSecret, NATS_NAMESPACE } from '../../../hack/src/platform/index.ts';
import { login } from '../../../hack/src/platform/platform.ts';
import { openBroker, type TestBroker } from '../harness/broker/index.ts';
import { testCluster, type TestCluster } from '../harness/cluster.ts';
import { eventually } from '../harness/eventually.ts';
import { Jobs } from '../harness/jobs.ts';

jest.setTimeout(400_000);

const EXAMPLE = join(import.meta.dirname, '../../../examples/flights/long-delays.yaml');
const KEY = 'the key of the tests';
const MESSAGES = 20_000;
const AT_ONCE = 500;

let cluster: TestCluster;
let broker: TestBroker;

beforeAll(async () => {
  cluster = await testCluster();
  const { kubectl, passwords } = cluster;
  broker = await openBroker(kubectl, NATS_NAMESPACE, passwords);
  await clean();
  await ensureNamespace(kubectl, 'flights');
  await ensureSecret(kubectl, 'flights', 'nats-flights', login('flights', passwords));
  await ensureSecret(kubectl, 'flights', 'tail-number-key', { key: KEY });
  await broker.ensureStream('FLIGHTS', ['flights.>']);
  await broker.ensureStream('DELAYS', ['delays.>', 'alerts.>']);
  await kubectl(['apply', '-f', EXAMPLE]);
});

afterAll(async () => {
  await clean();
  await broker.close();
});

async function clean(): Promise<void> {
  await cluster.kubectl(['delete', 'namespace', 'flights', '--ignore-not-found', '--timeout=120s']);
  for (const stream of ['FLIGHTS', 'DELAYS']) await broker.manager.streams.delete(stream).catch(() => undefined);
}

test('every flight of the file ends where the file says, once, under a login that may do no more than it must', async () => {
  expect(readFileSync(EXAMPLE, 'utf8')).toContain('nats-flights');
  const jobs = new Jobs(cluster.api, 'flights');
  await jobs.until('long-delays', 'Ready', 'True', 'Running');
  const deadLettersBefore = await broker.lastSequence('DEADLETTERS');
  const expected = nothingExpected();
  const batch: Promise<unknown>[] = [];
  let row = 0;
  for await (const flight of readFlights(MESSAGES)) {
    const message = toMessage(flight, row++, 'test');
    expectMessage(expected, message, Buffer.from(KEY));
    batch.push(broker.client.publish(message.subject, message.payload, { msgID: message.id }));
    if (batch.length === AT_ONCE) await Promise.all(batch.splice(0));
  }
  await Promise.all(batch);
  const consumer = (await jobs.get('long-delays')).status?.source?.consumer ?? '';
  await eventually('all is finished', async () => (await broker.unfinished('FLIGHTS', consumer)) === 0);
  for (const prefix of ['delays', 'alerts'] as const) {
    const results = expected.results[prefix];
    expect(results.size).toBeGreaterThan(100);
    expect(await compareResults(broker, 'DELAYS', 0, prefix, results)).toEqual({
      found: results.size,
      missing: 0,
      doubled: 0,
      wrong: 0,
    });
  }
  const dead = await countDeadLetters(broker, 'DEADLETTERS', deadLettersBefore, 'deadletters.flights.long-delays.>');
  expect([...dead.values()].reduce((sum, count) => sum + count, 0)).toBe(expected.damaged);
  expect(expected.damaged).toBeGreaterThan(0);
});
