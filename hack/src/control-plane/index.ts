export { startControlPlane, type ControlPlane, type ControlPlaneOptions } from './start.ts';
export { type ApiServerFiles, apiServerFlags, auditFlags, AUDIT_POLICY, etcdFlags } from './flags.ts';
export { apiIsReady, askApi } from './ask.ts';
