import { type MessageView } from '@streamjob/expressions';
import { type DecodedEvent } from '../codecs/index.ts';

/** What the module of a code step made of one event. */
export type CodeAnswer =
  /** Null or undefined: none. An array: each of its items. Anything else: that. */
  | { readonly kind: 'events'; readonly events: readonly DecodedEvent[]; readonly many: boolean }
  | {
      readonly kind: 'failed';
      readonly reason: 'CodeFailed' | 'CodeTimedOut' | 'CodeOutOfMemory';
      /** Quotes the module's source at most, never the event. */
      readonly error: string;
    }
  /** The module, which was loaded before, can't be loaded any more. */
  | { readonly kind: 'unavailable'; readonly code: string };

/** A module that runs in a thread of its own. */
export type CodeModule = {
  /** Answers within the step's timeout, counted from when its turn comes; never rejects. */
  run(event: DecodedEvent, message: MessageView): Promise<CodeAnswer>;
};

export type ModuleRequest = {
  /** The step's name. */
  readonly name: string;
  readonly source: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
};
