import { WORKER_CREDIT_MESSAGES } from '@streamjob/crds';
import type { Credit } from './delivery/allowance.ts';

/** What one worker holds at most. */
export const CREDIT: Credit = { messages: WORKER_CREDIT_MESSAGES, bytes: 32 * 1024 * 1024 };
