import { describe, expect, test } from '@jest/globals';
import { holdersOf, insideCommand } from './sandbox.ts';

const DIR = '/state/streamjob';

function running(binary: string, args: readonly string[]): Parameters<typeof holdersOf>[0][number] {
  return { pid: 7, startTime: '1', binary, args };
}

describe('holdersOf: what ends when a cluster is removed', () => {
  test.each([
    ['its first process', 'pause', ['/bin/pause', 'streamjob-cluster', DIR], true],
    ['the shell that sets it up', 'dash', ['sh', '-euc', 'exec 3<"$1"', 'streamjob-cluster', DIR, '/bin'], true],
    [
      'the process that made the namespaces',
      'unshare',
      ['unshare', '--net', '--', 'sh', '-euc', '', 'streamjob-cluster', DIR, '/bin'],
      true,
    ],
    ["another cluster's first process", 'pause', ['/bin/pause', 'streamjob-cluster', '/state/other'], false],
    ["a pod's first process", 'pause', ['/pause'], false],
    ['someone who reads its log', 'tail', ['tail', '-f', `${DIR}/logs/kubelet.log`], false],
    ['an editor with the same words', 'vim', ['vim', 'streamjob-cluster', DIR], false],
    ['a shell somewhere else', 'bash', ['bash', DIR], false],
  ])('%s', (_case, binary, args, expected) => {
    expect(holdersOf([running(binary, args)], DIR)).toHaveLength(expected ? 1 : 0);
  });
});

test('a command inside enters every namespace of the first process', () => {
  const [command, args] = insideCommand({ pid: 42 }, ['ip', 'route']);
  expect(command).toBe('nsenter');
  expect(args).toEqual(['--target', '42', '--mount', '--net', '--pid', '--ipc', '--uts', '--', 'ip', 'route']);
});
