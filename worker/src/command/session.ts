import type { Nats } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import type { Clock } from '../clock.ts';
import type { Selection } from '../dead-letters/index.ts';
import type { ProgressLine, Screen } from './screen.ts';

export type CommandContext = {
  readonly screen: Screen;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted: come to an end. */
  readonly signal: AbortSignal;
};

/** What a command works with, once it is connected. */
export type Session = CommandContext & {
  readonly nats: Nats;
  readonly selection: Selection;
  readonly progress: ProgressLine;
};
