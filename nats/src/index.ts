export { connect } from './connection/connect.ts';
export { parseServers } from './connection/servers.ts';
export type { ConnectionSpec, ConnectionEvent, ConnectOptions } from './connection/spec.ts';
export type { Nats } from './nats.ts';
export type { RequestOptions } from './api/options.ts';
export type { EnsureConsumerResult } from './consumers/ensure.ts';
export type { ConsumerConfig, StartFrom } from './consumers/config.ts';
export type { ConsumerInfo, ObservedConsumerConfig, Position } from './consumers/info.ts';
export { consumerName, consumerMetadata, type ConsumerIdentity } from './consumers/identity.ts';
export type { StreamInfo } from './streams/stream-info.ts';
export type { StoredMessage } from './streams/stored-message.ts';
export type { DeadLetterStreamConfig } from './streams/dead-letter-stream.ts';
export type { Delivery } from './messages/delivery.ts';
export { headersOf, type MessageHeaders } from './messages/headers.ts';
export type { Pull, PullOptions, PullStatus, AskEnd } from './pull/contract.ts';
export type { Publication, PublishAnswer, Publisher } from './publisher/contract.ts';
export type { BucketEntry, BucketState, BucketWatch, WatchBucketOptions, Watched } from './kv/contract.ts';
export type { ScannedMessage, ScanOptions, ScanPage } from './scan/contract.ts';
export type { Settlement } from './settlement/settle.ts';
export { FEATURES, requireServer, type Feature } from './server/features.ts';
export {
  NatsError,
  UnreachableError,
  PermissionError,
  TlsError,
  ConfigurationError,
  StreamNotFoundError,
  ConsumerNotFoundError,
  BucketNotFoundError,
  ConflictError,
  TooOldError,
  ApiError,
  isNotFound,
  isUnreachable,
} from './errors.ts';
