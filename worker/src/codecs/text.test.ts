import { describe, expect, test } from '@jest/globals';
import { decodeBytes } from './bytes.ts';
import { decodeText } from './text.ts';

describe('decodeText', () => {
  const cases: Record<string, { payload: Uint8Array; value: string | undefined }> = {
    'no bytes': { payload: new Uint8Array(), value: '' },
    'a text': { payload: Buffer.from('grüße ✈'), value: 'grüße ✈' },
    'control characters': { payload: Uint8Array.of(0, 10), value: '\0\n' },
    'a byte order mark, which is kept': { payload: Buffer.from('\ufeffa'), value: '\ufeffa' },
    'invalid UTF-8': { payload: Uint8Array.of(0x61, 0xff), value: undefined },
  };
  test.each(Object.entries(cases))('%s', (_name, { payload, value }) => {
    expect(decodeText(payload)).toEqual(
      value === undefined
        ? { ok: false, error: 'the payload is not valid UTF-8' }
        : { ok: true, value, inexact: false },
    );
  });
});

test('decodeBytes gives the payload itself', () => {
  const payload = Uint8Array.of(0xff, 0);
  expect(decodeBytes(payload)).toEqual({ ok: true, value: payload, inexact: false });
});
