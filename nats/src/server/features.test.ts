import { describe, expect, test } from '@jest/globals';
import { TooOldError } from '../errors.ts';
import { requireServer } from './features.ts';

describe('requireServer', () => {
  test.each(['2.10.0', '2.10.1', '2.15.2', '3.0.0', '2.10.0-RC.1', 'v2.11.0', 'unreadable', ''])(
    '%s passes',
    (version) => {
      expect(() => {
        requireServer(version, 'consumer metadata');
      }).not.toThrow();
    },
  );

  test.each(['2.9.25', '2.2.0', '1.99.99', '2.9.0-beta'])('%s is too old', (version) => {
    expect(() => {
      requireServer(version, 'consumer metadata');
    }).toThrow(TooOldError);
  });
});
