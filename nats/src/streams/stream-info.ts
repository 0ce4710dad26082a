import { naming } from '../api/codes.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { nsToMilliseconds } from '../messages/time.ts';
import { type RequestOptions } from '../api/options.ts';
import { type WireStreamConfig, type WireStreamInfo } from './wire.ts';

/** What JetStream knows of a stream; times are RFC 3339. */
export type StreamInfo = {
  readonly name: string;
  /** Another value means another stream of the same name. */
  readonly created: string;
  readonly config: {
    readonly subjects: readonly string[];
    readonly retention: string;
    readonly maxAgeMs: number;
    readonly maxMessages: number;
    readonly maxBytes: number;
    readonly duplicateWindowMs: number;
    readonly replicas: number;
    readonly allowDirect: boolean;
    readonly sealed: boolean;
    readonly metadata: Readonly<Record<string, string>>;
  };
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
    readonly firstTime: string;
    readonly lastTime: string;
  };
};

export async function readStreamInfo(session: Session, stream: string, options?: RequestOptions): Promise<StreamInfo> {
  return streamInfoOf(await readWireStreamInfo(session, stream, options));
}

export function readWireStreamInfo(
  session: Session,
  stream: string,
  options?: RequestOptions,
): Promise<WireStreamInfo> {
  return naming(askApi<WireStreamInfo>(session, `$JS.API.STREAM.INFO.${stream}`, undefined, options), stream);
}

/** The stream that listens on a subject, if any. */
export async function findStream(
  session: Session,
  subject: string,
  options?: RequestOptions,
): Promise<string | undefined> {
  const answer = await askApi<{ streams?: string[] | null }>(session, '$JS.API.STREAM.NAMES', { subject }, options);
  return answer.streams?.[0];
}

function streamInfoOf({ created = '', config, state = {} }: WireStreamInfo): StreamInfo {
  return {
    name: config.name,
    created,
    config: configOf(config),
    state: {
      messages: state.messages ?? 0,
      bytes: state.bytes ?? 0,
      firstSequence: state.first_seq ?? 0,
      lastSequence: state.last_seq ?? 0,
      firstTime: state.first_ts ?? '',
      lastTime: state.last_ts ?? '',
    },
  };
}

function configOf(config: WireStreamConfig): StreamInfo['config'] {
  return {
    subjects: config.subjects ?? [],
    retention: config.retention ?? 'limits',
    maxAgeMs: nsToMilliseconds(config.max_age ?? 0),
    maxMessages: config.max_msgs ?? -1,
    maxBytes: config.max_bytes ?? -1,
    duplicateWindowMs: nsToMilliseconds(config.duplicate_window ?? 0),
    replicas: config.num_replicas ?? 1,
    allowDirect: config.allow_direct ?? false,
    sealed: config.sealed ?? false,
    metadata: config.metadata ?? {},
  };
}
