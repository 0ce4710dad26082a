import {
  ApiError,
  ConflictError,
  ConsumerNotFoundError,
  PermissionError,
  StreamNotFoundError,
  TooOldError,
  UnreachableError,
} from '@streamjob/nats';

/** What a source waits for, in the words of the worker's progress. */
export type SourceTrouble = { readonly reason: string; readonly code: string };

/** Whether messages come. Only `stopped` is for good. */
export type SourceState =
  | { readonly kind: 'pulling' }
  | ({ readonly kind: 'waiting'; readonly sinceMs: number } & SourceTrouble)
  | { readonly kind: 'stopped'; readonly reason: 'SourceRegressed'; readonly message: string };

/** Names what went wrong when the source's stream or consumer was asked for. */
export function troubleOf(error: unknown): SourceTrouble {
  if (error instanceof StreamNotFoundError) return { reason: 'StreamNotFound', code: error.stream };
  if (error instanceof ConsumerNotFoundError) return { reason: 'ConsumerMissing', code: error.consumer };
  if (error instanceof PermissionError) {
    return { reason: 'PermissionDenied', code: `${error.operation} ${error.subject ?? ''}`.trim() };
  }
  if (error instanceof ConflictError) return { reason: 'ConsumerConflict', code: error.field };
  if (error instanceof TooOldError) return { reason: 'ServerTooOld', code: error.needs };
  if (error instanceof UnreachableError) return { reason: 'BrokerUnreachable', code: 'NoAnswer' };
  if (error instanceof ApiError) return { reason: 'BrokerRefuses', code: String(error.code) };
  return { reason: 'BrokerUnreachable', code: error instanceof Error ? error.name : 'Unknown' };
}
