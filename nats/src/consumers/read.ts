import { naming } from '../api/codes.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { type RequestOptions } from '../api/options.ts';
import { type ConsumerInfo } from './info.ts';
import { infoOf, type WireConsumerInfo } from './wire.ts';

export async function readConsumerInfo(
  session: Session,
  stream: string,
  consumer: string,
  options?: RequestOptions,
): Promise<ConsumerInfo> {
  return infoOf(await readWireConsumerInfo(session, stream, consumer, options), stream);
}

export function readWireConsumerInfo(
  session: Session,
  stream: string,
  consumer: string,
  options?: RequestOptions,
): Promise<WireConsumerInfo> {
  const subject = `$JS.API.CONSUMER.INFO.${stream}.${consumer}`;
  return naming(askApi<WireConsumerInfo>(session, subject, undefined, options), stream, consumer);
}
