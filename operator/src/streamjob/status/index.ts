export { gatherEvidence, type Evidence } from './evidence.ts';
export { nextStatus } from './next-status.ts';
export { dueOf, NUMBERS_EVERY_MS, type Due } from './due.ts';
export { emptyMeter, measure, type Meter } from './throughput.ts';
export { isLookedAt } from './looked-at.ts';
