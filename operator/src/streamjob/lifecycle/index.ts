export { plan } from './plan.ts';
export { type Picture, type Plan } from './picture.ts';
export { LET_GO_AFTER_MS } from './deletion.ts';
