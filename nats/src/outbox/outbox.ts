import { type Publication } from '../publisher/contract.ts';
import { type Refusal } from './check.ts';

/**
 * Where every frame of ours is written. Those of one turn of the event loop leave together; those that a break of the
 * connection finds here are lost, so that nothing meant for an old connection is said on a new one.
 */
export interface Outbox {
  /** Writes it with `reply` as the place for its answer, unless no server would take it: then says why, and writes nothing. */
  publish(publication: Publication, reply: string): Refusal | undefined;
  /** Writes a text of ASCII to a subject that needs no check. */
  send(subject: string, text: string, reply?: string): void;
  /** Hands over what was written. It happens by itself before the event loop goes on. */
  flush(): void;
  /** Bytes written that the operating system has not taken yet. */
  readonly pendingBytes: number;
}
