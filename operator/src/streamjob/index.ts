export { createStreamJobController } from './controller.ts';
export { reasons, reasonGroups, type Reason } from './reasons.ts';
