import { expect, test } from '@jest/globals';
import {
  ApiError,
  ConfigurationError,
  ConflictError,
  ConsumerNotFoundError,
  PermissionError,
  StreamNotFoundError,
  TlsError,
  TooOldError,
  UnreachableError,
} from '@streamjob/nats';
import { UnknownConnectionError } from '../../sampling/index.ts';
import { brokerFinding } from './broker.ts';

const tooOld = new TooOldError({ feature: 'consumer metadata', needs: '2.10.0', has: '2.9.1' });
const denied = new PermissionError('no', { operation: 'publish', subject: '$JS.API.STREAM.INFO.S' });

test.each([
  [new StreamNotFoundError('S'), 'StreamNotFound', 'stream S does not exist'],
  [new ConsumerNotFoundError('S', 'c'), 'ConsumerMissing', 'no consumer c'],
  [new ConflictError('it is another’s', 'metadata'), 'ConsumerConflict', 'another’s'],
  [tooOld, 'ServerTooOld', '2.10.0'],
  [denied, 'PermissionDenied', 'may not publish $JS.API.STREAM.INFO.S'],
  [new PermissionError('wrong password', { operation: 'connect' }), 'AuthenticationFailed', 'wrong password'],
  [new ConfigurationError('no file'), 'AuthenticationFailed', 'no file'],
  [new UnreachableError('no answer'), 'BrokerUnreachable', 'no answer'],
  [new TlsError('unknown authority'), 'BrokerUnreachable', 'unknown authority'],
  [new UnknownConnectionError('none'), 'ConnectionNotFound', 'none'],
  [new ApiError('too many consumers', { code: 10026, status: 400 }), 'BrokerRefuses', 'too many consumers'],
])('%s is %s', (error, reason, told) => {
  const finding = brokerFinding(error);
  expect(finding.reason).toBe(reason);
  expect(finding.message).toContain(told);
});

test('what nobody classified is not quoted', () => {
  expect(brokerFinding(new Error('{"card": 4242}')).message).not.toContain('4242');
});
