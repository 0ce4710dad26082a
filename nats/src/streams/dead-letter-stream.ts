import { CODES, hasCode } from '../api/codes.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { ConflictError, isNotFound } from '../errors.ts';
import { millisecondsToNs } from '../messages/time.ts';
import { type RequestOptions } from '../api/options.ts';
import { requireServer } from '../server/features.ts';
import { readWireStreamInfo } from './stream-info.ts';
import { type WireStreamConfig, type WireStreamInfo } from './wire.ts';

/** The one stream that we may create and change: a connection's dead letters. It refuses new ones when full, it never drops old ones for them. */
export type DeadLetterStreamConfig = {
  readonly name: string;
  readonly subjects: readonly string[];
  /** 0: for ever. */
  readonly maxAgeMs: number;
  /** -1: no limit. */
  readonly maxBytes: number;
  readonly replicas: number;
  /** 2 minutes when absent. */
  readonly duplicateWindowMs?: number;
};

const MARK = 'streamjobs.dev/dead-letters';
const DUPLICATE_WINDOW_MS = 120_000;

/** Creates the stream or brings one that we made up to date; a stream of that name that isn't ours is a ConflictError. */
export async function ensureDeadLetterStream(
  session: Session,
  config: DeadLetterStreamConfig,
  options: RequestOptions = {},
): Promise<'created' | 'exists' | 'updated'> {
  requireServer(session.nc.info?.version ?? '', 'stream metadata');
  const desired = wireConfig(config);
  const found = await readIfThere(session, config.name, options);
  if (found === undefined) return create(session, desired, options);
  if (found.metadata?.[MARK] === undefined)
    throw new ConflictError(
      `stream ${config.name} exists and was not made for dead letters by this operator: name another stream, or delete it`,
      'metadata',
    );
  refuseImmutable(found, desired);
  if (!differs(found, desired)) return 'exists';
  // What others set stays; only what we know is brought up to date.
  await askApi(session, `$JS.API.STREAM.UPDATE.${config.name}`, { ...found, ...desired }, options);
  return 'updated';
}

async function readIfThere(session: Session, name: string, options: RequestOptions) {
  try {
    return (await readWireStreamInfo(session, name, options)).config;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function create(session: Session, desired: WireStreamConfig, options: RequestOptions): Promise<'created'> {
  try {
    await askApi<WireStreamInfo>(session, `$JS.API.STREAM.CREATE.${desired.name}`, desired, options);
    return 'created';
  } catch (error) {
    if (hasCode(error, CODES.streamNameInUse))
      throw new ConflictError(`stream ${desired.name} was just created by somebody else`, 'name', error);
    throw error;
  }
}

function wireConfig(config: DeadLetterStreamConfig): WireStreamConfig {
  return {
    name: config.name,
    subjects: [...config.subjects],
    description: 'Dead letters of StreamJobs',
    retention: 'limits',
    discard: 'new',
    storage: 'file',
    max_age: millisecondsToNs(config.maxAgeMs),
    max_msgs: -1,
    max_bytes: config.maxBytes,
    duplicate_window: millisecondsToNs(duplicateWindowMs(config)),
    num_replicas: config.replicas,
    allow_direct: true,
    metadata: { [MARK]: 'true' },
  };
}

/** The server refuses a window that is longer than messages live. */
function duplicateWindowMs({ duplicateWindowMs = DUPLICATE_WINDOW_MS, maxAgeMs }: DeadLetterStreamConfig): number {
  return maxAgeMs > 0 ? Math.min(duplicateWindowMs, maxAgeMs) : duplicateWindowMs;
}

const IMMUTABLE = ['retention', 'storage'] as const;
const MUTABLE = ['discard', 'max_age', 'max_bytes', 'duplicate_window', 'num_replicas', 'allow_direct'] as const;

function refuseImmutable(found: WireStreamConfig, desired: WireStreamConfig): void {
  for (const field of IMMUTABLE) {
    if (found[field] !== desired[field])
      throw new ConflictError(`stream ${desired.name} has another ${field}, which can't be changed: delete it`, field);
  }
}

function differs(found: WireStreamConfig, desired: WireStreamConfig): boolean {
  const subjects = (config: WireStreamConfig) => [...(config.subjects ?? [])].sort().join(' ');
  return subjects(found) !== subjects(desired) || MUTABLE.some((field) => found[field] !== desired[field]);
}
