import { expect, test } from '@jest/globals';
import { hierarchiesOf } from './cgroups.ts';

test.each([
  [
    'version 1 beside version 2',
    `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0`,
    [
      { path: '/sys/fs/cgroup/cpu', version: 1 },
      { path: '/sys/fs/cgroup/memory', version: 1 },
      { path: '/sys/fs/cgroup/unified', version: 2 },
    ],
  ],
  ['version 2 alone', 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n', [{ path: '/sys/fs/cgroup', version: 2 }]],
  ['one that is mounted twice', 'c /a cgroup rw 0 0\nc /a cgroup rw 0 0', [{ path: '/a', version: 1 }]],
  ['none', 'proc /proc proc rw 0 0', []],
])('hierarchiesOf: %s', (_case, mounts, expected) => {
  expect(hierarchiesOf(mounts)).toEqual(expected);
});
