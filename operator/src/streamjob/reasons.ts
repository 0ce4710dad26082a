type ReasonText = {
  /** What is the case. */
  readonly meaning: string;
  /** What to do about it. */
  readonly cure: string;
};

/** Why a job runs as it should, or is on its way. */
const progressing = {
  Running: { meaning: 'All workers are ready.', cure: 'Nothing.' },
  Idle: { meaning: 'No workers are asked for (`replicas: 0`).', cure: 'Raise `spec.replicas` to start some.' },
  Suspended: { meaning: '`spec.suspend` is true.', cure: 'Set `spec.suspend` to false.' },
  Starting: {
    meaning: 'The first look at the stream, or the first objects, are on their way.',
    cure: 'Wait a few seconds.',
  },
  RollingOut: {
    meaning: 'Workers of the new revision are replacing the old ones.',
    cure: 'Wait until they are ready.',
  },
  WorkersStarting: { meaning: 'Fewer workers are ready than are asked for.', cure: 'Wait, then look at the pods.' },
  Terminating: {
    meaning: 'The job is being deleted: its workers drain, then its consumer goes.',
    cure: 'Wait; when it takes long, the message says for what.',
  },
  Replacing: {
    meaning: 'Objects of an earlier job of this name are still being removed.',
    cure: 'Wait until the garbage collector has removed them.',
  },
} as const satisfies Record<string, ReasonText>;

/** What is wrong with a spec: the last good one keeps running. */
const refusals = {
  InvalidSpec: {
    meaning: 'The spec breaks a rule that the API server did not check.',
    cure: 'Correct the field that the message names.',
  },
  InvalidExpression: {
    meaning: 'A CEL expression, or a template, does not compile.',
    cure: 'Correct it at the line and column that the message shows.',
  },
  InvalidSchema: {
    meaning: 'The JSON Schema of a `validate` step cannot be used.',
    cure: 'Correct the keyword that the message names; `$ref` must stay inside the schema, patterns are RE2.',
  },
  InvalidModule: {
    meaning: 'The module of a `code` step is not JavaScript, has no default export, or imports something.',
    cure: 'Correct it at the line and column that the message shows.',
  },
  InvalidWorker: {
    meaning: 'The API server would refuse the Deployment that `spec.worker` asks for.',
    cure: 'Correct the field of `spec.worker` that the message names.',
  },
  ConnectionNotFound: {
    meaning: 'The operator’s configuration has no connection of that name.',
    cure: 'Use a connection that the platform team named, or ask for this one.',
  },
  ConnectionNotAllowed: {
    meaning: 'The connection is not for jobs of this namespace.',
    cure: 'Use another connection, or ask the platform team to allow the namespace.',
  },
  HttpHostNotAllowed: {
    meaning:
      'A sink or a step names an HTTP host that the operator’s configuration does not allow to jobs of this namespace, or the host’s name leads to an address that is not allowed.',
    cure: 'Use a host that the platform team allows, or ask for this one: `http.hosts` of the chart.',
  },
  NameConflict: {
    meaning: 'An object of a name that the job needs is there already and belongs to someone else.',
    cure: 'Rename or remove that object, or give the job another name. The operator never overwrites it.',
  },
  ApplyRefused: {
    meaning: 'The API server refuses an object that the job needs: an admission policy, a quota or missing rights.',
    cure: 'Follow the message. It is tried again.',
  },
  RolloutStuck: {
    meaning: 'The new revision made no progress for 5 minutes; the old workers, if there were any, go on.',
    cure: 'Look at the newest pods, correct the spec or bring back the last one.',
  },
} as const satisfies Record<string, ReasonText>;

/** What is wrong with the source or the broker. */
const brokers = {
  BrokerUnreachable: {
    meaning: 'The NATS servers of the connection cannot be reached.',
    cure: 'Check that they run and that network policies let the operator and the workers through. It is tried again for ever.',
  },
  StreamNotFound: {
    meaning: 'The stream does not exist in the connection’s account, or JetStream is off there.',
    cure: 'Create the stream, or correct `spec.source.jetstream.stream` in a new job.',
  },
  ConsumerConflict: {
    meaning:
      'The durable consumer of this job’s name says that it is another’s, or cannot be changed into what the job needs.',
    cure: 'Remove that consumer, or take it over with the annotation `streamjobs.dev/adopt-consumer: "true"`.',
  },
  ConsumerMissing: {
    meaning:
      'The job’s durable consumer was there and is gone. It is not made anew by itself, since that would read again or skip.',
    cure: 'Restore it from a backup of the stream, or delete the job and create it with the `startFrom` that you want.',
  },
  PermissionDenied: {
    meaning: 'The NATS account refuses a subject that the operator or a worker needs.',
    cure: 'Allow the subject that the message names.',
  },
  AuthenticationFailed: {
    meaning: 'The NATS server refuses the operator’s credentials.',
    cure: 'Renew the credentials of the connection; they are read again by themselves.',
  },
  AccountMismatch: {
    meaning: 'The job’s credentials belong to another NATS account than the operator’s on this connection.',
    cure: 'Use credentials of the connection’s account: one connection per account.',
  },
  ServerTooOld: {
    meaning: 'The NATS server lacks something that the job needs.',
    cure: 'Upgrade the server to the version that the message names.',
  },
  BrokerRefuses: {
    meaning: 'The NATS server refused a request for a reason that the message quotes.',
    cure: 'Follow the message. It is tried again.',
  },
  SourceRegressed: {
    meaning: 'The stream is not the one that was read before: it was created anew, or its sequences went back.',
    cure: 'When that was meant, set the annotation `streamjobs.dev/accept-source` to the creation time that the message names.',
  },
} as const satisfies Record<string, ReasonText>;

/** What keeps workers from running or from getting on. */
const workers = {
  CredentialsMissing: {
    meaning: 'A Secret that the workers mount does not exist, or lacks a key.',
    cure: 'Create the Secret, or the key, that the message names in the job’s namespace.',
  },
  ModuleMissing: {
    meaning: 'A ConfigMap that a `code` step names does not exist.',
    cure: 'Create the ConfigMap that the message names in the job’s namespace.',
  },
  ImagePullFailed: {
    meaning: 'The worker image cannot be pulled.',
    cure: 'Check the image in the operator’s configuration and `spec.worker.imagePullSecrets`.',
  },
  CrashLooping: {
    meaning: 'Workers keep ending soon after they start.',
    cure: 'Read the log of the pod that the message names (`kubectl logs --previous`).',
  },
  OutOfMemory: {
    meaning: 'Workers are killed because they use more memory than their limit.',
    cure: 'Raise `spec.worker.resources.limits.memory`.',
  },
  PodFailed: {
    meaning: 'The kubelet cannot start a worker for a reason that the message quotes.',
    cure: 'Follow the message.',
  },
  Unschedulable: {
    meaning: 'No node takes the workers.',
    cure: 'Lower the requests, loosen the placement in `spec.worker`, or add nodes.',
  },
  QuotaExceeded: {
    meaning: 'The namespace’s quota has no room for the workers.',
    cure: 'Raise the quota, or lower `spec.replicas` or `spec.worker.resources`.',
  },
  PodsRefused: {
    meaning: 'The API server refuses the workers’ pods, by an admission policy for instance.',
    cure: 'Follow the message.',
  },
  SinkUnreachable: {
    meaning:
      'A sink’s subject or bucket is bound to no stream, or nothing answers there; for an HTTP sink, its host cannot be reached. Messages wait; none is dead-lettered.',
    cure: 'Create a stream that binds the subject, or the bucket, or bring the servers back. The job goes on by itself.',
  },
  SinkRefuses: {
    meaning:
      'A sink refuses everything, as a full stream does, or an HTTP server that answers 401, 403, 404, 408, 429, 502, 503 or 504, or redirects. Messages wait; none is dead-lettered.',
    cure: 'Make room, renew the credentials, or correct what the code in the message names. The job goes on by itself.',
  },
  LookupUnreachable: {
    meaning:
      'What an `enrich` step looks into cannot be read: its bucket does not exist or may not be read, or its HTTP server does not answer as it should. Messages wait; none is dead-lettered.',
    cure: 'Create the bucket, allow the subject that the message names, or bring the server back. The job goes on by itself.',
  },
  ModuleUnavailable: {
    meaning:
      'The module of a `code` step was loaded and cannot be loaded any more. Messages wait; none is dead-lettered.',
    cure: 'Look for what the module does when it is loaded. It is tried again by itself.',
  },
  DeadLettersBlocked: {
    meaning:
      'Dead letters are due and cannot be written, or are disabled. They are held; other messages go on while there is room.',
    cure: 'Make room in the dead-letter stream, enable dead letters, or correct what makes messages fail.',
  },
  WorkerStopped: {
    meaning: 'A worker stopped reading for a reason that the message quotes.',
    cure: 'Follow the message.',
  },
  WorkerWaits: {
    meaning: 'A worker waits for a destination for a reason that the message quotes.',
    cure: 'Follow the message.',
  },
} as const satisfies Record<string, ReasonText>;

/** What is told by events alone. */
const notices = {
  ConsumerCreated: { meaning: 'The durable consumer was created.', cure: 'Nothing.' },
  ConsumerAdopted: { meaning: 'A durable consumer that was there was taken over.', cure: 'Nothing.' },
  ConsumerUpdated: { meaning: 'The durable consumer was changed to what the spec says.', cure: 'Nothing.' },
  ConsumerDeleted: { meaning: 'The durable consumer was deleted with its job.', cure: 'Nothing.' },
  ConsumerRetained: {
    meaning: 'The durable consumer stays, as `deletionPolicy: Retain` says.',
    cure: 'Create a job of the same name to go on with it, or delete it.',
  },
  ConsumerLeft: {
    meaning:
      'The job was deleted while its broker could not be reached for 10 minutes, or would not delete: the consumer may still be there.',
    cure: 'Delete the consumer that the message names when the broker is back.',
  },
  RolloutStarted: { meaning: 'The Deployment was changed to a new revision.', cure: 'Nothing.' },
  Scaled: { meaning: 'The number of workers was changed.', cure: 'Nothing.' },
  Recovered: { meaning: 'What stalled the job is over.', cure: 'Nothing.' },
} as const satisfies Record<string, ReasonText>;

/** Every reason that a condition or an event of ours may carry, with what it means and its cure. */
export const reasonGroups = { progressing, refusals, brokers, workers, notices } as const;

export const reasons = { ...progressing, ...refusals, ...brokers, ...workers, ...notices } as const;

export type Reason = keyof typeof reasons;

export function isReason(text: string): text is Reason {
  return Object.hasOwn(reasons, text);
}
