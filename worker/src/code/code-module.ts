import { type MessageView } from '@streamjob/expressions';
import { type DecodedEvent } from '../codecs/index.ts';

/** What the module of a code step made of one event. */
export type CodeAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly event: DecodedEvent }
  /** A list: each of its items is an event. */
  | { readonly kind: 'many'; readonly events: readonly DecodedEvent[] }
  | {
      readonly kind: 'failed';
      readonly reason: 'CodeFailed' | 'CodeTimedOut' | 'CodeOutOfMemory';
      /** Quotes the module's source at most, never the event. */
      readonly error: string;
    }
  /** The module, which was loaded before, can't be loaded any more. */
  | { readonly kind: 'unavailable'; readonly code: string };

/** A module that runs in a process of its own. */
export type CodeModule = {
  /** Answers within the step's timeout, counted from when its turn comes; never rejects. */
  run(event: DecodedEvent, message: MessageView): Promise<CodeAnswer>;
};

export type ModuleRequest = {
  /** The step's name. */
  readonly name: string;
  readonly source: string;
  readonly timeoutMs: number;
  readonly memoryMebibytes: number;
};
