import { Modules } from './code/index.ts';
import { Lookups, type LookupsDeps } from './lookups/index.ts';
import type { StepResources } from './steps/index.ts';

/** What the steps of one pipeline need beside it. */
export type Resources = StepResources & {
  /** Makes ready what must be there before the first message. Throws ModuleError when a module can't be loaded. */
  start(): Promise<void>;
  close(): Promise<void>;
};

export function createResources(deps: LookupsDeps): Resources {
  const modules = new Modules();
  const lookups = new Lookups(deps);
  return {
    lookup: (step) => lookups.add(step),
    module: (request) => modules.add(request),
    start: () => modules.start(),
    close: () => {
      modules.close();
      return lookups.close();
    },
  };
}
