export { type RenderContext } from './context.ts';
export { connectionConfigMap, manifestConfigMap, manifestText } from './config-map.ts';
export { deployment } from './deployment.ts';
export { networkPolicy } from './network-policy.ts';
export { podDisruptionBudget } from './pod-disruption-budget.ts';
export { MODULE_VOLUME } from './volumes.ts';
export { serviceAccount } from './service-account.ts';
