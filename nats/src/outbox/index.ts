import { type NatsConnection } from '@nats-io/transport-node';
import { type Internals } from '../connection/internals.ts';
import { ClientOutbox } from './client-outbox.ts';
import { type Outbox } from './outbox.ts';
import { SlabOutbox } from './slab-outbox.ts';

export { type Outbox } from './outbox.ts';

/** Writes through the client's inside where that is known, and through its public face otherwise: the same bytes. */
export function createOutbox(nc: NatsConnection, internals: Internals | undefined): Outbox {
  const maxPayload = () => nc.info?.max_payload ?? Infinity;
  return internals === undefined ? new ClientOutbox(nc, maxPayload) : new SlabOutbox(internals, maxPayload);
}
