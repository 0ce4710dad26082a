export { downLocal, prepareLocal, upLocal } from './up.ts';
export { containerPid, loadLocal, troubleOfLocal } from './status.ts';
export { layoutOf } from './layout.ts';
