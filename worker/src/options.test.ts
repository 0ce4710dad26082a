import { describe, expect, test } from '@jest/globals';
import { parseOptions, UsageError } from './options.ts';

const least = ['--job', 'job.yaml', '--nats', 'nats://a:4222'];
const parse = (...args: string[]) => parseOptions(args, () => undefined);

test('little is enough from a shell', () => {
  expect(parse(...least)).toMatchObject({
    job: 'job.yaml',
    nats: ['nats://a:4222'],
    clusterId: 'local',
    deadLetterSubject: 'deadletters',
    logLevel: 'info',
    httpHost: [],
    httpAllowLocal: false,
  });
});

test('everything that a pod is given is understood', () => {
  const args = [
    '--job=/j',
    '--nats=nats://a:4222, tls://b:4222',
    '--consumer=c',
    '--uid=u',
    '--cluster-id=k',
    '--revision=r',
    '--port=8080',
    '--state-dir=/s',
    '--log-level=debug',
    '--nats-ca-file=/ca',
    '--nats-credentials-dir=/creds',
    '--nats-tls-server-name=n',
    '--dead-letter-stream=D',
    '--dead-letter-subject=dead.letters',
    '--accept-source-created=2026-01-01T00:00:00.123456789Z',
    '--secrets-dir=/secrets',
    '--http-host=hooks.example.com',
    '--http-host=http://receiver:8080',
    '--http-allow-local',
    '--http-ca-file=/http-ca',
  ];
  expect(parse(...args)).toEqual({
    job: '/j',
    nats: ['nats://a:4222', 'tls://b:4222'],
    consumer: 'c',
    uid: 'u',
    clusterId: 'k',
    revision: 'r',
    port: 8080,
    stateDir: '/s',
    logLevel: 'debug',
    natsCaFile: '/ca',
    natsCredentialsDir: '/creds',
    natsTlsServerName: 'n',
    deadLetterStream: 'D',
    deadLetterSubject: 'dead.letters',
    acceptSourceCreated: '2026-01-01T00:00:00.123456789Z',
    secretsDir: '/secrets',
    httpHost: ['hooks.example.com', 'http://receiver:8080'],
    httpAllowLocal: true,
    httpCaFile: '/http-ca',
  });
});

describe('a refusal names the option and the cure', () => {
  test.each([
    [['--nats', 'nats://a'], /--job/],
    [['--job', 'j'], /--nats/],
    [[...least, '--port', 'http'], /--port.*from 0/s],
    [[...least, '--log-level', 'loud'], /debug, info, warn, error/],
    [[...least, '--dead-letter-subject', 'a.>'], /tokens/],
    [[...least, '--accept-source-created', 'yesterday'], /RFC 3339/],
    [[...least, '--http-host', 'a/b'], /--http-host.*hooks.example.com/s],
    [[...least, '--nope'], /--nope.*--help/s],
    [[...least, 'extra'], /too many arguments/],
  ])('%j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
    expect(() => parse(...args)).toThrow(UsageError);
  });
});

test('--help is written and ends with 0', () => {
  let text = '';
  const help = (): unknown => parseOptions(['--help'], (part) => (text += part));
  expect(help).toThrow(expect.objectContaining({ exitCode: 0 }));
  expect(text).toMatch(/--dead-letter-stream.*Exit codes/s);
});
