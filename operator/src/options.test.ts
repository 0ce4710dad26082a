import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CommanderError } from 'commander';
import { ConfigError } from './config/load.ts';
import { readOptions } from './options.ts';

let dir: string;
let file: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'options-'));
  file = join(dir, 'config.yaml');
  writeFileSync(file, 'worker: { image: w }\nconnections: [{ name: a, urls: ["nats://127.0.0.1"] }]\n');
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const read = (...flags: string[]) => readOptions(['node', 'main.ts', ...flags]);

describe('options', () => {
  test('defaults', () => {
    const { config, ...options } = read('--config', file);
    expect(config.connections).toHaveLength(1);
    expect(options).toMatchObject({ logLevel: 'info', port: 8080, leaderElection: { name: 'streamjob-operator' } });
    expect(options.leaderElection?.identity).not.toBe(read('--config', file).leaderElection?.identity);
  });

  test('flags', () => {
    const flags = [
      '--log-level',
      'debug',
      '--port',
      '0',
      '--lease-namespace',
      'n',
      '--lease-name',
      'l',
      '--identity',
      'i',
    ];
    expect(read('--config', file, ...flags, '--kubeconfig', 'k')).toMatchObject({
      logLevel: 'debug',
      port: 0,
      kubeconfig: 'k',
      leaderElection: { namespace: 'n', name: 'l', identity: 'i' },
    });
    expect(read('--config', file, '--no-leader-election').leaderElection).toBeUndefined();
  });

  const wrong: Record<string, string[]> = {
    'no configuration': [],
    'an unknown flag': ['--config', 'x', '--nope'],
    'a level that is none': ['--config', 'x', '--log-level', 'loud'],
    'a port that is none': ['--config', 'x', '--port', '70000'],
  };
  test.each(Object.entries(wrong))('%s is a usage error', (_name, flags) => {
    const silence = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => read(...flags)).toThrow(CommanderError);
    silence.mockRestore();
  });

  test('a file that is not there is told by name', () => {
    expect(() => read('--config', join(dir, 'none.yaml'))).toThrow(ConfigError);
  });
});
