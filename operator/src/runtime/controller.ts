export type ReconcileResult = { readonly requeueAfterMs?: number };

/**
 * Brings the object of `key` nearer to what is wanted, from the current state alone.
 * Answers when to look again, or throws: never both. A thrown error is retried with back-off, unless it is terminal.
 */
export type Reconciler = (key: string, signal: AbortSignal) => Promise<ReconcileResult>;

/** What the manager runs. */
export type Controller = {
  readonly name: string;
  readonly concurrency: number;
  readonly reconcile: Reconciler;
  /** Called once, before caches are filled: subscribe to informers and samples here, and call `enqueue` with keys. */
  readonly watch: (enqueue: (key: string) => void) => void;
};

/** Thrown by a reconciler when trying again can't help until something changes: logged and counted, not retried. */
export class TerminalReconcileError extends Error {
  override readonly name = 'TerminalReconcileError';
}
