/**
 * Messages that one worker holds at most: the worker asks for no more, and the operator sizes the consumer's limit of
 * unacknowledged messages by it.
 */
export const WORKER_CREDIT_MESSAGES = 4_000;
