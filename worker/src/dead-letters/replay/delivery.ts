import { headersOf, type Delivery } from '@streamjob/nats';
import type { Item } from './item.ts';

/**
 * A dead letter as the loop takes messages in hand: under its own sequence, because two dead letters may be of one message.
 */
export function deliveryOf({ letter, message }: Item): Delivery {
  return { ...sourceDelivery({ letter, message }), sequence: letter.sequence, deliveries: 1 };
}

/** The message as it was delivered to the worker that gave it up. */
export function sourceDelivery({ letter, message }: Pick<Item, 'letter' | 'message'>): Delivery {
  return {
    subject: message.subject,
    payload: message.payload,
    headers: headersOf(message.headers.entries),
    stream: letter.source.stream,
    consumer: '',
    sequence: message.sequence,
    consumerSequence: 0,
    timestamp: message.timestamp,
    timestampNs: BigInt(message.timestamp),
    deliveries: message.deliveries,
    pending: 0,
    reply: String(letter.sequence),
    epoch: 0,
  };
}
