export { runOperator, type OperatorOptions } from './operator.ts';
export { parseConfig } from './config/load.ts';
export { type OperatorConfig } from './config/schema.ts';
export { type ControllerDeps } from './deps.ts';
export * from './kube/index.ts';
export { systemClock, type Clock } from './runtime/index.ts';
export { createStreamJobController, reasonGroups, reasons, type Reason } from './streamjob/index.ts';
