import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../options.ts';
import { parseDeadLettersCommand, type DeadLettersCommand } from './dead-letters-options.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const parse = (...args: string[]): DeadLettersCommand => parseDeadLettersCommand(args, NOW_MS, () => undefined);
const NATS = ['--nats', 'nats://a:4222,nats://b:4222'];

test('defaults', () => {
  expect(parse('list', ...NATS)).toEqual({
    command: 'list',
    options: {
      nats: ['nats://a:4222', 'nats://b:4222'],
      stream: 'DEADLETTERS',
      subjectPrefix: 'deadletters',
      reason: [],
      step: [],
      id: [],
      limit: 100,
      output: 'table',
    },
  });
  expect(parse('replay', ...NATS, '--job', 'job.yaml').options).toMatchObject({
    rate: 500,
    dryRun: false,
    removeFiltered: false,
    clusterId: 'local',
  });
});

test('what selects', () => {
  const { options } = parse(
    ...['list', ...NATS, '--reason', 'Invalid', '--reason', 'TooLarge', '--step', 'late', '--id', '-abc'],
    ...['--since', '2h', '--until', '2026-11-23T11:30:00+01:00', '--namespace', 'ns', '--name', 'job'],
  );
  expect(options).toMatchObject({
    reason: ['Invalid', 'TooLarge'],
    step: ['late'],
    id: ['-abc'],
    since: NOW_MS - 7_200_000,
    until: Date.parse('2026-11-23T10:30:00Z'),
    namespace: 'ns',
    name: 'job',
  });
  expect(parse('show', ...NATS, 'a', '--', '-b')).toMatchObject({ command: 'show', options: { id: ['a', '-b'] } });
});

describe('wrong arguments are refused with what to do', () => {
  test.each([
    [[], /Give a command: list, show, replay or delete/],
    [['prune'], /unknown command/],
    [['list'], /--nats/],
    [['list', ...NATS, '-o', 'yaml'], /Allowed choices are table, wide, json/],
    [['list', ...NATS, '--since', 'yesterday'], /RFC 3339/],
    [['list', ...NATS, '--step', 'a.>'], /letters, digits/],
    [['list', ...NATS, '--stream', 'a.b'], /name of a stream/],
    [['list', ...NATS, '--limit', '0'], /above 0/],
    [['list', ...NATS, '--job', 'f', '--name', 'n'], /Give --job, or --namespace and --name/],
    [['show', ...NATS], /missing required argument/],
    [['replay', ...NATS], /Give the job with --job/],
    [['replay', ...NATS, '--job', 'f', '--namespace', 'n'], /unknown option/],
    [['delete', ...NATS, '--yes'], /Say which to delete/],
  ] as const)('%j', (args, message) => {
    const attempt = (): unknown => parse(...args);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });
});

test('help is written where it is asked for', () => {
  const texts: string[] = [];
  const help = (...args: string[]): unknown => parseDeadLettersCommand(args, NOW_MS, (text) => texts.push(text));
  for (const command of ['list', 'show', 'replay', 'delete']) {
    expect(() => help(command, '--help')).toThrow(expect.objectContaining({ exitCode: 0 }));
    expect(texts.join('')).toContain(`worker dead-letters ${command}`);
  }
});
