import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { consumerName } from '@streamjob/nats';
import { LIMITED } from '../harness/broker/index.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { arrived, publishNumbers } from '../harness/traffic.ts';
import { begin, testEach, type Scenarios } from './scenarios.ts';

jest.setTimeout(400_000);

let scene: Scene;
let outcomes: ReadonlyMap<string, Promise<void>>;

const to = (subject: string): object => ({ sinks: [{ name: 'out', jetstream: { subject } }] });
const send = (part: string, count: number): Promise<void> =>
  publishNumbers(scene.broker, `reasons.${part}.x`, 0, count);
const expectAll = async (stream: string, count: number): Promise<void> => {
  expect(await arrived(scene.broker, stream, count)).toEqual({ found: count, missing: 0, doubled: 0 });
};

const source: Scenarios = {
  StreamNotFound: async () => {
    const { jobs } = scene;
    await jobs.create('later', 'reasons-later');
    await jobs.until('later', 'Ready', 'False', 'StreamNotFound');
    await jobs.until('later', 'Stalled', 'True', 'StreamNotFound');
    await scene.stream('later');
    await jobs.until('later', 'Ready', 'True', 'Running');
    await jobs.untilGone('later', 'Stalled');
  },
  ConsumerConflict: async () => {
    const { jobs, broker, namespace, cluster } = scene;
    await scene.stream('conflict');
    const clusterId = await cluster.kubectl(['get', 'ns', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
    const name = consumerName({ clusterId, namespace, name: 'conflict' });
    await broker.manager.consumers.add('reasons-conflict', { durable_name: name, ack_policy: 'explicit' });
    await jobs.create('conflict', 'reasons-conflict');
    await jobs.until('conflict', 'Stalled', 'True', 'ConsumerConflict');
    await jobs.patch('conflict', { metadata: { annotations: { 'streamjobs.dev/adopt-consumer': 'true' } } });
    await jobs.until('conflict', 'Ready', 'True', 'Running');
    await jobs.untilGone('conflict', 'Stalled');
  },
  ConsumerMissing: async () => {
    const { jobs, broker } = scene;
    await scene.stream('missing');
    await jobs.run('missing', 'reasons-missing');
    const consumer = (await jobs.get('missing')).status?.source?.consumer ?? '';
    await broker.manager.consumers.delete('reasons-missing', consumer);
    await jobs.until('missing', 'Ready', 'False', 'ConsumerMissing');
    await jobs.until('missing', 'Stalled', 'True', 'ConsumerMissing');
    await jobs.delete('missing');
    await jobs.gone('missing');
    await jobs.run('missing', 'reasons-missing');
  },
  SourceRegressed: async () => {
    const { jobs, broker } = scene;
    await Promise.all([scene.stream('anew'), scene.stream('anew-out')]);
    await jobs.run('anew', 'reasons-anew', to('reasons.anew-out.all'));
    await broker.manager.streams.delete('reasons-anew');
    await scene.stream('anew');
    await send('anew', 10);
    await jobs.until('anew', 'Ready', 'False', 'SourceRegressed');
    const { message } = await jobs.until('anew', 'Stalled', 'True', 'SourceRegressed');
    const created = /accept-source=(\S+)/.exec(message)?.[1] ?? '';
    await jobs.patch('anew', { metadata: { annotations: { 'streamjobs.dev/accept-source': created } } });
    await jobs.until('anew', 'Ready', 'True', 'Running');
    await expectAll('reasons-anew-out', 10);
  },
};

const logins: Scenarios = {
  PermissionDenied: async () => {
    const { jobs } = scene;
    await Promise.all([scene.stream('limited'), scene.stream('allowed'), scene.secret('limited-user', 'limited')]);
    const over = { credentialsSecretName: 'limited-user', ...to('reasons.forbidden.all') };
    await jobs.run('limited', LIMITED.stream, over);
    await send('limited', 10);
    const { message } = await jobs.until('limited', 'Ready', 'False', 'PermissionDenied');
    expect(message).toContain('reasons.forbidden.all');
    await jobs.edit('limited', to('reasons.allowed.all'));
    await jobs.until('limited', 'Ready', 'True', 'Running');
    await expectAll('reasons-allowed', 10);
  },
  AccountMismatch: async () => {
    const { jobs } = scene;
    await Promise.all([scene.stream('stranger'), scene.secret('stranger-user', 'stranger')]);
    await jobs.create('stranger', 'reasons-stranger', { credentialsSecretName: 'stranger-user' });
    const { message } = await jobs.until('stranger', 'Ready', 'False', 'AccountMismatch');
    expect(message).toContain('STRANGERS');
    await jobs.edit('stranger', { credentialsSecretName: 'nats-user' });
    await jobs.until('stranger', 'Ready', 'True', 'Running');
  },
};

const sinks: Scenarios = {
  SinkUnreachable: async () => {
    const { jobs } = scene;
    await scene.stream('unbound');
    await jobs.run('unbound', 'reasons-unbound', to('reasons.nowhere.all'));
    await send('unbound', 10);
    const { message } = await jobs.until('unbound', 'Ready', 'False', 'SinkUnreachable');
    expect(message).toContain('sink out');
    await scene.stream('nowhere');
    await jobs.until('unbound', 'Ready', 'True', 'Running');
    await expectAll('reasons-nowhere', 10);
  },
  SinkRefuses: async () => {
    const { jobs, broker } = scene;
    await Promise.all([scene.stream('many'), scene.stream('full', { max_msgs: 3, discard: 'new' })]);
    await jobs.run('full', 'reasons-many', to('reasons.full.all'));
    await send('many', 10);
    const { message } = await jobs.until('full', 'Ready', 'False', 'SinkRefuses');
    expect(message).toContain('10077');
    await broker.manager.streams.update('reasons-full', { max_msgs: -1 });
    await jobs.until('full', 'Ready', 'True', 'Running');
    await expectAll('reasons-full', 10);
  },
  DeadLettersBlocked: async () => {
    const { jobs, broker } = scene;
    await Promise.all([scene.stream('blocked'), scene.stream('passed')]);
    await jobs.run('blocked', 'reasons-blocked', { deadLetter: { enabled: false }, ...to('reasons.passed.all') });
    await broker.client.publish('reasons.blocked.x', '{"cut off');
    await send('blocked', 10);
    await jobs.until('blocked', 'Ready', 'False', 'DeadLettersBlocked');
    await expectAll('reasons-passed', 10);
    await jobs.edit('blocked', { deadLetter: { enabled: true } });
    await jobs.until('blocked', 'Ready', 'True', 'Running');
    const dead = await broker.manager.streams.info('DEADLETTERS', { subjects_filter: 'deadletters.reasons.blocked.>' });
    expect(Object.values(dead.state.subjects ?? {})).toEqual([1]);
  },
};

beforeAll(async () => {
  scene = await openScene('reasons');
  outcomes = begin({ ...source, ...logins, ...sinks });
});

afterAll(async () => {
  await Promise.allSettled(outcomes.values());
  await scene.close();
});

describe('a job whose source is not as it should be says so, and goes on when it is', () => {
  testEach(source, () => outcomes);
});

describe('so does one whose login is wrong', () => {
  testEach(logins, () => outcomes);
});

describe('so does one whose results go nowhere', () => {
  testEach(sinks, () => outcomes);
});
