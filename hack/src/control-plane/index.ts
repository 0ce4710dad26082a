export { startControlPlane, type ControlPlane, type ControlPlaneOptions } from './start.ts';
export { apiServerFlags, auditFlags, AUDIT_POLICY, etcdFlags } from './flags.ts';
export { answersOk } from './readiness.ts';
