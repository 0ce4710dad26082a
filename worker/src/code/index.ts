export type { CodeAnswer, CodeModule, ModuleRequest } from './code-module.ts';
export { ModuleError, Modules } from './modules.ts';
