/**
 * What an absent field means. `spec` defaults stand in the CRD, so the API server writes them into the object.
 * The others are the worker's part: the CRD must not write them, or a new default would roll every pod.
 */
export const DEFAULTS = {
  spec: { connection: 'default', suspend: false, replicas: 1, deletionPolicy: 'Delete' },
  source: { format: 'Json', ackWait: '30s', messageId: 'Stored' },
  steps: {
    onInvalid: 'DeadLetter',
    onError: 'DeadLetter',
    code: { timeout: '1s', memory: '64Mi' },
    enrich: {
      format: 'Json',
      onMissing: 'DeadLetter',
      kv: { maxBytes: '64Mi' },
      http: { timeout: '2s', concurrency: 16, cache: { ttl: '60s', missTtl: '5s', maxEntries: 10_000 } },
    },
  },
  sinks: {
    kv: { operation: 'Put' },
    http: {
      method: 'POST',
      timeout: '10s',
      concurrency: 16,
      idempotencyHeader: 'Idempotency-Key',
      batch: { maxMessages: 100, maxBytes: '1Mi', maxWait: '50ms', format: 'JsonArray' },
    },
  },
  retry: { maxAttempts: 5, backoff: { initial: '1s', max: '1m' } },
  deadLetter: { enabled: true },
  worker: {
    terminationGracePeriod: '30s',
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  },
} as const;
