export { downLocal, prepareLocal, upLocal } from './up.ts';
export { loadLocal, pidOf, signalLocal, troubleOfLocal } from './status.ts';
export { layoutOf } from './layout.ts';
