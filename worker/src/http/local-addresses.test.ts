import { describe, expect, test } from '@jest/globals';
import { isLocalAddress } from './local-addresses.ts';

describe('addresses of this pod, its node, or everybody', () => {
  test.each([
    '127.0.0.1',
    '127.255.1.2',
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '100.100.100.200',
    '::',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '[::ffff:127.0.0.1]',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::ffff:0.0.0.0',
    '::127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
  ])('%s', (address) => {
    expect(isLocalAddress(address)).toBe(true);
  });
});

describe('addresses of others', () => {
  test.each([
    '10.0.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '128.0.0.1',
    '169.253.255.255',
    '169.255.0.1',
    '8.8.8.8',
    'fd00::1',
    'fec0::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '64:ff9b::808:808',
    '2002:a00:1::',
    'localhost',
    '',
  ])('%s', (address) => {
    expect(isLocalAddress(address)).toBe(false);
  });
});
