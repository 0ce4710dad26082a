export { sleep, systemClock, toTimestamp, type Clock } from './clock/clock.ts';
export { TerminalReconcileError, type Controller, type ReconcileResult, type Reconciler } from './controller.ts';
