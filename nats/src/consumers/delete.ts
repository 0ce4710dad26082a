import { naming } from '../api/codes.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { ConflictError, isNotFound } from '../errors.ts';
import { type RequestOptions } from '../api/options.ts';
import { describeOwner, sameOwner } from './identity.ts';
import { readWireConsumerInfo } from './read.ts';

type Options = RequestOptions & { readonly metadata: Readonly<Record<string, string>> };

/** A consumer that is gone already, or whose stream is, counts as deleted long ago. */
export async function deleteConsumer(
  session: Session,
  stream: string,
  consumer: string,
  options: Options,
): Promise<'deleted' | 'absent'> {
  try {
    const { config } = await readWireConsumerInfo(session, stream, consumer, options);
    const owner = config.metadata ?? {};
    if (!sameOwner(owner, options.metadata))
      throw new ConflictError(
        `consumer ${consumer} of stream ${stream} belongs to ${describeOwner(owner)}`,
        'metadata',
      );
    const subject = `$JS.API.CONSUMER.DELETE.${stream}.${consumer}`;
    await naming(askApi(session, subject, undefined, options), stream, consumer);
    return 'deleted';
  } catch (error) {
    if (isNotFound(error)) return 'absent';
    throw error;
  }
}
