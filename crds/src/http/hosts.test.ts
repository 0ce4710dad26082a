import { describe, expect, test } from '@jest/globals';
import { allowsTarget, httpTarget, parseHttpHost, showHttpTarget } from './hosts.ts';

describe('a host of the platform’s list', () => {
  test.each([
    ['hooks.example.com', { scheme: 'https:', host: 'hooks.example.com', below: false, port: 443 }],
    ['HOOKS.Example.COM.', { scheme: 'https:', host: 'hooks.example.com', below: false, port: 443 }],
    ['hooks.example.com:8443', { scheme: 'https:', host: 'hooks.example.com', below: false, port: 8443 }],
    ['http://receiver.tools.svc', { scheme: 'http:', host: 'receiver.tools.svc', below: false, port: 80 }],
    ['*.example.com', { scheme: 'https:', host: 'example.com', below: true, port: 443 }],
    ['http://*.example.com:81', { scheme: 'http:', host: 'example.com', below: true, port: 81 }],
    ['[fd00::0:1]:8443', { scheme: 'https:', host: '[fd00::1]', below: false, port: 8443 }],
    ['bücher.example', { scheme: 'https:', host: 'xn--bcher-kva.example', below: false, port: 443 }],
  ])('%s', (text, expected) => {
    expect(parseHttpHost(text)).toEqual(expected);
  });

  test.each([
    '',
    '*',
    '*.*.com',
    'a b',
    'ftp://a',
    'a/b',
    'a:99999',
    'user@a',
    'user:pw@a',
    'https://',
    'a?b',
    'a#b',
    'a%2eb',
    '.',
  ])('%j is none', (text) => {
    expect(parseHttpHost(text)).toBeUndefined();
  });
});

describe('hooks.example.com and everything below example.org', () => {
  const rules = ['hooks.example.com', '*.example.org', 'http://plain.example.com:8080'].map((text) => {
    const rule = parseHttpHost(text);
    if (rule === undefined) throw new Error(text);
    return rule;
  });
  const allowed = (url: string): boolean => {
    const target = httpTarget(url);
    return target !== undefined && rules.some((rule) => allowsTarget(rule, target));
  };

  test.each([
    'https://hooks.example.com/a?b',
    'https://HOOKS.EXAMPLE.COM',
    'https://hooks.example.com.:443/',
    'https://hooks.example.com:0443/',
    'https://a.example.org/',
    'https://a.b.example.org/',
    'http://plain.example.com:8080/',
    'https://ｈooks.example.com/',
  ])('allow %s', (url) => {
    expect(allowed(url)).toBe(true);
  });

  test.each([
    'http://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://user@hooks.example.com/',
    'https://hooks.example.com:pw@evil.example/',
    'https://hooks.example.com@evil.example/',
    'https://hooks.example.com.evil.example/',
    'https://evil.example/hooks.example.com',
    'https://evilexample.org/',
    'https://example.org/',
    'https://xhooks.example.com/',
    'https://hooks.example.com../',
    'http://plain.example.com/',
    'https://plain.example.com:8080/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'hooks.example.com',
    '//hooks.example.com/',
    'https://hооks.example.com/', // Cyrillic o's
    'https:\\\\evil.example\\@hooks.example.com/',
    '',
  ])('refuse %s', (url) => {
    expect(allowed(url)).toBe(false);
  });
});

test.each(['a.example', 'a.example:8443', 'http://a.example', 'http://a.example:8080', '[fd00::1]:8443'])(
  '%s is shown as it is read',
  (text) => {
    const target = parseHttpHost(text);
    expect(target === undefined ? undefined : showHttpTarget(target)).toBe(text);
  },
);
