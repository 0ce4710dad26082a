import type { Credit } from './delivery/allowance.ts';

/** What one worker holds at most. The operator sizes the consumer's limit of unacknowledged messages by it. */
export const CREDIT: Credit = { messages: 4000, bytes: 32 * 1024 * 1024 };
