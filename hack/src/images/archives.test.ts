import { expect, test } from '@jest/globals';
import { outdated } from './archives.ts';

function used(...names: string[]): { name: string; usedMs: number }[] {
  return names.map((name, index) => ({ name, usedMs: 1000 - index }));
}

test.each([
  ['nothing', used(), []],
  ['a few of each image', used('worker-podman-1.tar', 'worker-podman-2.tar', 'nats-podman-1.tar'), []],
  [
    'the least used of five',
    used(...[5, 4, 3, 2, 1].map((tag) => `worker-podman-${tag}.tar`)),
    ['worker-podman-1.tar'],
  ],
  ['engines apart', used(...[3, 2, 1].flatMap((tag) => [`worker-podman-${tag}.tar`, `worker-buildah-${tag}.tar`])), []],
  ['a draft of a killed run', used('worker-podman-1.tar.4711'), ['worker-podman-1.tar.4711']],
  ['the lock', used('.lock'), []],
])('outdated: %s', (_case, files, expected) => {
  expect(outdated(files)).toEqual(expected);
});
