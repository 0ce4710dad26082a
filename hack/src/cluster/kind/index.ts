export { downKind, kindIsHealthy, loadKind, upKind } from './create.ts';
