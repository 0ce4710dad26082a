export {
  binariesDir,
  binaryPath,
  cacheDir,
  clusterBinaries,
  controlPlaneBinaries,
  ensureBinaries,
  type BinaryName,
} from './binaries/index.ts';
export {
  clusterDown,
  clusterStatus,
  clusterUp,
  DEFAULT_CLUSTER,
  handleOf,
  type ClusterHandle,
  type ClusterOptions,
  type ClusterStatus,
  type Way,
} from './cluster/index.ts';
export { startControlPlane, type ControlPlane, type ControlPlaneOptions } from './control-plane/index.ts';
export { buildImages, type BuiltImage, type BuiltImages, type EngineName } from './images/index.ts';
export { startNats, startNatsCluster, type NatsOptions, type NatsServer } from './nats-server/index.ts';
export { createProgress, formatSeconds, silent, type Progress } from './progress.ts';
export { versions } from './versions.ts';
