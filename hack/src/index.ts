export {
  binariesDir,
  binaryPath,
  cacheDir,
  controlPlaneBinaries,
  ensureBinaries,
  type BinaryName,
} from './binaries/index.ts';
export { startControlPlane, type ControlPlane, type ControlPlaneOptions } from './control-plane/index.ts';
export { startNats, startNatsCluster, type NatsOptions, type NatsServer } from './nats-server/index.ts';
export { createProgress, formatSeconds, silent, type Progress } from './progress.ts';
export { versions } from './versions.ts';
