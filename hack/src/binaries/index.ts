export {
  binaryNames,
  clusterBinaries,
  controlPlaneBinaries,
  kindClusterBinaries,
  localClusterBinaries,
  type BinaryName,
} from './catalogue.ts';
export { binariesDir, binaryPath, cacheDir } from './cache.ts';
export { ensureBinaries } from './ensure.ts';
