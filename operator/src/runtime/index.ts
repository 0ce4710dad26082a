export { sleep, systemClock, toTimestamp, type Clock } from './clock/clock.ts';
export { endsWithin } from './signal/ends-within.ts';
export { isAborted, untilAborted } from './signal/signal.ts';
export { TerminalReconcileError, type Controller, type ReconcileResult, type Reconciler } from './controller.ts';
export { createElector, NotLeadingError, type Elector } from './leadership/elector.ts';
export { createReconcileLoop, type ReconcileLoop } from './loop/reconcile-loop.ts';
export { createHealthServer } from './health/server.ts';
export { runManager, type Ending, type Runnable } from './manager/manager.ts';
