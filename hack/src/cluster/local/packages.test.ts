import { expect, test } from '@jest/globals';
import { missingPackages } from './packages.ts';

test.each([
  ['everything is there', () => true, []],
  ['no CNI plugins', (path: string) => !path.endsWith('/bridge'), ['containernetworking-plugins']],
  ['no runc and no iptables', (path: string) => !/\/(runc|iptables)$/.test(path), ['runc', 'iptables']],
  [
    'commands in a folder for administrators',
    (path: string) => path.startsWith('/usr/sbin/') || path.endsWith('/bridge'),
    [],
  ],
])('%s', (_case, exists, expected) => {
  expect(missingPackages(exists)).toEqual(expected);
});
