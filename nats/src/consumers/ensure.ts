import { CODES, hasCode, naming } from '../api/codes.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { ConflictError, ConsumerNotFoundError, TooOldError } from '../errors.ts';
import { type RequestOptions } from '../api/options.ts';
import { FEATURES, requireServer, type Feature } from '../server/features.ts';
import { compareConsumers, mergeConsumers } from './compare.ts';
import { type ConsumerConfig } from './config.ts';
import { describeOwner, sameOwner } from './identity.ts';
import { type ConsumerInfo } from './info.ts';
import { readWireConsumerInfo } from './read.ts';
import { infoOf, toWire, type WireConsumerConfig, type WireConsumerInfo } from './wire.ts';

export type EnsureConsumerResult = {
  readonly result: 'created' | 'updated' | 'unchanged' | 'adopted';
  readonly info: ConsumerInfo;
};

type Options = RequestOptions & { readonly adopt?: boolean };
type Place = { readonly session: Session; readonly stream: string; readonly name: string; readonly options: Options };

/** Creates, updates or adopts the durable consumer of a job, and checks the configuration that the server says it has now. */
export async function ensureConsumer(
  session: Session,
  stream: string,
  desired: ConsumerConfig,
  options: Options = {},
): Promise<EnsureConsumerResult> {
  const has = session.nc.info?.version ?? '';
  requireServer(has, 'consumer metadata');
  if (desired.subjects.length > 1) requireServer(has, 'several filter subjects');
  const place: Place = { session, stream, name: desired.name, options };
  const wish = toWire(desired);
  const found = (await readIfThere(place)) ?? (await create(place, wish));
  if (found === 'exists-now')
    return bringUpToDate(place, wish, await readWireConsumerInfo(session, stream, desired.name, options));
  if (found.isNew) return { result: 'created', info: readBack(place, wish, found.info) };
  return bringUpToDate(place, wish, found.info);
}

async function readIfThere({ session, stream, name, options }: Place) {
  try {
    return { isNew: false, info: await readWireConsumerInfo(session, stream, name, options) };
  } catch (error) {
    if (error instanceof ConsumerNotFoundError) return undefined;
    throw error;
  }
}

async function create(place: Place, wish: WireConsumerConfig) {
  try {
    return { isNew: true, info: await write(place, 'create', wish) };
  } catch (error) {
    // Two of us at once: the other one was first.
    if (hasCode(error, CODES.consumerExists)) return 'exists-now';
    throw error;
  }
}

async function bringUpToDate(
  place: Place,
  wish: WireConsumerConfig,
  found: WireConsumerInfo,
): Promise<EnsureConsumerResult> {
  const { stream, name, options } = place;
  const owner = found.config.metadata ?? {};
  const ours = sameOwner(owner, wish.metadata ?? {});
  if (!ours && options.adopt !== true)
    throw new ConflictError(`consumer ${name} of stream ${stream} belongs to ${describeOwner(owner)}`, 'metadata');
  const differences = compareConsumers(wish, found.config);
  const fixed = differences.find(({ canChange }) => !canChange);
  if (fixed !== undefined)
    throw new ConflictError(
      `consumer ${name} of stream ${stream} has another ${fixed.field}, which JetStream can't change: delete the consumer or name another job`,
      fixed.field,
    );
  if (differences.length === 0) return { result: 'unchanged', info: infoOf(found, stream) };
  const info = readBack(place, wish, await write(place, 'update', mergeConsumers(wish, found.config)));
  return { result: ours ? 'updated' : 'adopted', info };
}

function write({ session, stream, name, options }: Place, action: 'create' | 'update', config: WireConsumerConfig) {
  const subject = `$JS.API.CONSUMER.CREATE.${stream}.${name}`;
  const body = { stream_name: stream, config, action };
  return naming(askApi<WireConsumerInfo>(session, subject, body, options), stream, name);
}

/** An old server drops what it doesn't know without a word. */
function readBack({ session, stream, name }: Place, wish: WireConsumerConfig, written: WireConsumerInfo) {
  const [difference] = compareConsumers(wish, written.config);
  if (difference === undefined) return infoOf(written, stream);
  const feature = DROPPED[difference.field];
  if (feature !== undefined)
    throw new TooOldError({ feature, needs: FEATURES[feature], has: session.nc.info?.version ?? 'unknown' });
  throw new ConflictError(
    `the server kept another ${difference.field} for consumer ${name} of stream ${stream} than it was given`,
    difference.field,
  );
}

const DROPPED: Readonly<Record<string, Feature>> = {
  metadata: 'consumer metadata',
  subjects: 'several filter subjects',
};
