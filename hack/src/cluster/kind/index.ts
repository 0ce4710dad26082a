export { downKind, kindAuditLog, kindIsHealthy, loadKind, signalKind, upKind } from './create.ts';
