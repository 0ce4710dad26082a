import type { Publication } from '@streamjob/nats';
import { buildDeadLetter, type DeadLetterTarget } from '../../delivery/dead-letters.ts';
import { InHand } from '../../delivery/in-hand.ts';
import type { DeadLetterFailure } from '../../delivery/parcel.ts';
import { sourceDelivery } from './delivery.ts';
import type { Item } from './item.ts';

export type MoveContext = {
  /** Names of the job's sinks. */
  readonly sinks: ReadonlySet<string>;
  readonly revision: string;
  readonly identity: string;
  readonly target: DeadLetterTarget;
  readonly byReference: boolean;
};

/**
 * A dead letter for one sink alone, of a message that had failed before the sinks: the others have their results now, and
 * a later replay is not to emit to them again.
 */
export function moveTo(item: Item, failure: DeadLetterFailure, context: MoveContext): Publication {
  const { namespace, job, jobUid, source } = item.letter;
  const { sinks, revision, identity, target, byReference } = context;
  const identify = (): string => identity;
  const origin = { namespace, job, uid: jobUid, revision, streamCreated: source.created ?? '', sinks, identify };
  return buildDeadLetter(new InHand(sourceDelivery(item), 0), failure, origin, { ...target, byReference });
}
