import { describe, expect, test } from '@jest/globals';
import {
  ConflictError,
  ConsumerNotFoundError,
  isNotFound,
  isUnreachable,
  NatsError,
  StreamNotFoundError,
  TooOldError,
  UnreachableError,
} from './errors.ts';

describe('errors', () => {
  test.each([
    { error: new StreamNotFoundError('S'), notFound: true, unreachable: false },
    { error: new ConsumerNotFoundError('S', 'c'), notFound: true, unreachable: false },
    { error: new UnreachableError('x'), notFound: false, unreachable: true },
    { error: new ConflictError('x', 'field'), notFound: false, unreachable: false },
    { error: new Error('x'), notFound: false, unreachable: false },
    { error: undefined, notFound: false, unreachable: false },
  ])('$error is told apart', ({ error, notFound, unreachable }) => {
    expect({ notFound: isNotFound(error), unreachable: isUnreachable(error) }).toEqual({ notFound, unreachable });
  });

  test('every class is a NatsError, has its own name and keeps its cause', () => {
    const cause = new Error('inner');
    const error = new StreamNotFoundError('S', cause);
    expect(error).toBeInstanceOf(NatsError);
    expect(error.name).toBe('StreamNotFoundError');
    expect(error.cause).toBe(cause);
  });

  test('a server that is too old is told what it needs', () => {
    const error = new TooOldError({ feature: 'consumer metadata', needs: '2.10.0', has: '2.9.3' });
    expect(error.message).toBe('nats-server 2.9.3 is too old for consumer metadata: upgrade it to 2.10.0 or later');
  });
});
