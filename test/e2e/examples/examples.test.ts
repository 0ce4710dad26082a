import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { ensureNamespace, ensureSecret, NATS_NAMESPACE } from '../../../hack/src/platform/index.ts';
import { login } from '../../../hack/src/platform/platform.ts';
import { openBroker, type TestBroker } from '../harness/broker/index.ts';
import { testCluster, type TestCluster } from '../harness/cluster.ts';
import { eventually } from '../harness/eventually.ts';
import { Jobs } from '../harness/jobs.ts';
import { cases, type Case, type Result, type Sent } from './cases.ts';
import { receivedBy, startReceiver } from './receiver.ts';

jest.setTimeout(400_000);

const EXAMPLES = join(import.meta.dirname, '../../../examples');

let cluster: TestCluster;
let broker: TestBroker;
/** Of the stream of dead letters, which others write to as well. */
let deadLettersBefore = 0;

beforeAll(async () => {
  cluster = await testCluster();
  broker = await openBroker(cluster.kubectl, NATS_NAMESPACE, cluster.passwords);
  await clean();
  deadLettersBefore = await broker.lastSequence('DEADLETTERS');
  await Promise.all(cases.map(prepare));
});

afterAll(async () => {
  await clean();
  await broker.close();
});

async function clean(): Promise<void> {
  const names = cases.map(({ namespace }) => namespace);
  await cluster.kubectl(['delete', 'namespace', ...names, '--ignore-not-found', '--timeout=120s']);
  const buckets = cases.flatMap((each) => Object.keys(each.buckets ?? {}).map((bucket) => `KV_${bucket}`));
  for (const stream of [...cases.flatMap(({ streams }) => Object.keys(streams)), ...buckets]) {
    await broker.manager.streams.delete(stream).catch(() => undefined);
  }
}

async function prepare({ file, namespace, streams, buckets = {}, secrets = {}, requests }: Case): Promise<void> {
  const { kubectl, passwords } = cluster;
  await ensureNamespace(kubectl, namespace);
  await ensureSecret(kubectl, namespace, 'nats-user', login('admin', passwords));
  for (const [name, data] of Object.entries(secrets)) await ensureSecret(kubectl, namespace, name, data);
  for (const [name, subjects] of Object.entries(streams)) await broker.ensureStream(name, subjects);
  for (const [bucket, entries] of Object.entries(buckets)) await fillBucket(bucket, entries);
  if (requests !== undefined) await startReceiver(cluster, namespace);
  await kubectl(['apply', '-f', join(EXAMPLES, file)]);
}

async function fillBucket(bucket: string, entries: Readonly<Record<string, unknown>>): Promise<void> {
  await broker.ensureStream(`KV_${bucket}`, [`$KV.${bucket}.>`]);
  for (const [key, value] of Object.entries(entries)) {
    await publish({ subject: `$KV.${bucket}.${key}`, payload: JSON.stringify(value) });
  }
}

test('every example is tried: here, or the flights in a test of their own', () => {
  const files = readdirSync(EXAMPLES, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.yaml'));
  expect(files.toSorted()).toEqual([...cases.map(({ file }) => file), 'flights/long-delays.yaml'].toSorted());
});

test.each(cases)('$file', async (example) => {
  const { file, namespace, job, streams, buckets = {}, send, results, deadLetters = [], requests = [] } = example;
  for (const name of [...Object.keys(streams), ...Object.keys(buckets), 'nats-user']) {
    expect(readFileSync(join(EXAMPLES, file), 'utf8')).toContain(name);
  }
  const jobs = new Jobs(cluster.api, namespace);
  await jobs.until(job, 'Ready', 'True', 'Running');
  for (const message of send) await publish(message);
  const [source = '', ...targets] = Object.keys(streams);
  const consumer = (await jobs.get(job)).status?.source?.consumer ?? '';
  await eventually('all is finished', async () => (await broker.unfinished(source, consumer)) === 0);
  const found = (await Promise.all(targets.map(resultsOf))).flat();
  expect(found.map(({ subject, payload }) => ({ subject, payload })).toSorted(inOrder)).toEqual(
    results.map(({ subject, payload }) => ({ subject, payload })).toSorted(inOrder),
  );
  for (const { subject, headers } of results) {
    if (headers !== undefined) expect(found.find((one) => one.subject === subject)?.headers).toMatchObject(headers);
  }
  if (requests.length > 0) {
    expect((await receivedBy(cluster, namespace)).toSorted(inOrder)).toEqual(requests.toSorted(inOrder));
  }
  expect(await reasonsOf(`deadletters.${namespace}.${job}.>`)).toEqual(deadLetters);
});

async function publish({ subject, payload, headers = {}, id }: Sent): Promise<void> {
  const all = natsHeaders();
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  await broker.client.publish(subject, payload, { headers: all, ...(id === undefined ? {} : { msgID: id }) });
}

async function resultsOf(stream: string): Promise<Result[]> {
  const found: Result[] = [];
  for await (const { subject, data, headers } of broker.readAfter(stream, 0)) {
    const fields = Object.fromEntries((headers?.keys() ?? []).map((name) => [name, headers?.get(name)]));
    found.push({ subject, payload: readable(data), headers: fields });
  }
  return found;
}

function readable(data: Uint8Array): unknown {
  const text = Buffer.from(data).toString();
  if (!Buffer.from(text).equals(data)) return Buffer.from(data).toString('hex');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function reasonsOf(subject: string): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { headers } of broker.readAfter('DEADLETTERS', deadLettersBefore, [subject])) {
    found.push(headers?.get('Streamjobs-Reason'));
  }
  return found;
}

const inOrder = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
