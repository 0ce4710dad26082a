import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../config/load.ts';
import { check } from './check.ts';
import { checkHosts } from './http-hosts.ts';
import { job } from './testing/fixtures.ts';

const { http } = parseConfig(`
worker: { image: "worker:1" }
connections: []
http:
  hosts:
    - { host: hooks.example.com, egress: [{ cidr: 0.0.0.0/0 }] }
    - { host: "*.team.example", namespaces: [flights], egress: [{ cidr: 0.0.0.0/0 }] }
    - { host: weather.example, namespaces: [weather], egress: [{ cidr: 0.0.0.0/0 }] }
    - { host: receiver.tools.svc, scheme: http, port: 8080, egress: [{ podSelector: {} }] }
`);

/** What becomes of a job of namespace flights that sends to these. */
const verdictOn = (...urls: string[]) =>
  checkHosts(check(job({ sinks: urls.map((url, index) => ({ name: `s${index}`, http: { url } })) })), 'flights', http);

describe('hosts that the platform allows', () => {
  test.each([
    'https://hooks.example.com/a',
    'https://HOOKS.example.com./${event.id}',
    'https://hooks.example.com:443?x=${event.id}',
    'https://one.team.example/',
    'http://receiver.tools.svc:8080/${event.id}',
  ])('%s', (url) => {
    expect(verdictOn(url)).toMatchObject({ ok: true });
  });
});

describe('hosts that it does not', () => {
  test.each([
    ['https://other.example/secret', 'other.example'],
    ['https://hooks.example.com:8443/', 'hooks.example.com:8443'],
    ['http://hooks.example.com/', 'http://hooks.example.com'],
    ['https://team.example/', 'team.example'],
    ['https://weather.example/', 'weather.example'],
    ['https://receiver.tools.svc:8080/', 'receiver.tools.svc:8080'],
    ['http://169.254.169.254/', 'http://169.254.169.254'],
  ])('%s', (url, host) => {
    const message = `spec.sinks[0].http.url: the platform does not allow ${host} to jobs of namespace flights`;
    expect(verdictOn(url)).toEqual({ ok: false, finding: { reason: 'HttpHostNotAllowed', message } });
  });
});

test('the place of each is told', () => {
  const verdict = verdictOn('https://hooks.example.com', 'https://a.example', 'https://b.example');
  expect(verdict.ok ? '' : verdict.finding.message.split('\n')).toEqual([
    expect.stringContaining('spec.sinks[1].http.url'),
    expect.stringContaining('spec.sinks[2].http.url'),
  ]);
});

test('what is wrong with a spec otherwise is told first', () => {
  expect(verdictOn('https://a.example/${event.}')).toMatchObject({ finding: { reason: 'InvalidExpression' } });
});
