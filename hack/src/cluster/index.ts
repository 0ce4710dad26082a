export { clusterDown, clusterStatus, clusterUp, handleOf, type ClusterOptions } from './up.ts';
export { clusterNames, DEFAULT_CLUSTER } from './state.ts';
export { ways, type ClusterHandle, type ClusterStatus, type Way } from './types.ts';
