import { describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../errors.ts';
import { parseServers } from './servers.ts';

describe('parseServers', () => {
  test.each([
    { servers: ['nats://a:4222'], addresses: ['a:4222'], tls: false },
    { servers: ['a'], addresses: ['a:4222'], tls: false },
    { servers: ['nats://a', 'nats://b:5000/'], addresses: ['a:4222', 'b:5000'], tls: false },
    { servers: ['tls://a.example:443'], addresses: ['a.example:443'], tls: true },
    { servers: ['nats://a', 'tls://b'], addresses: ['a:4222', 'b:4222'], tls: true },
    { servers: ['nats://[::1]:4222'], addresses: ['[::1]:4222'], tls: false },
    { servers: ['10.0.0.1:4333'], addresses: ['10.0.0.1:4333'], tls: false },
  ])('takes $servers apart', ({ servers, addresses, tls }) => {
    expect(parseServers(servers)).toEqual({ addresses, tls });
  });

  test.each([
    { servers: [], says: 'no NATS server was named' },
    { servers: [''], says: 'address 1 names no host' },
    { servers: ['nats://a', 'nats://a b'], says: 'address 2 is not an address' },
    { servers: ['http://a'], says: 'has the scheme http://' },
    { servers: ['ws://a'], says: 'has the scheme ws://' },
    { servers: ['nats://user:secret@a'], says: '(host a) holds credentials' },
    { servers: ['nats://token@a'], says: '(host a) holds credentials' },
    { servers: ['user:secret@a:4222'], says: '(host a) holds credentials' },
    { servers: ['nats://a:4222/x?secret'], says: 'has something after the port' },
    { servers: ['nats://a:99999'], says: 'is not an address' },
  ])('refuses $servers', ({ servers, says }) => {
    expect(() => parseServers(servers)).toThrow(ConfigurationError);
    expect(() => parseServers(servers)).toThrow(says);
    expect(() => parseServers(servers)).not.toThrow('secret');
  });
});
