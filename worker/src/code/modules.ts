import { type CodeModule, type ModuleRequest } from './code-module.ts';
import { IsolatedModule } from './isolated-module.ts';

/** A module that can't be loaded; the message names the step. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
}

/** The modules of a job, each in its process. */
export class Modules {
  readonly #modules: { readonly name: string; readonly module: IsolatedModule }[] = [];

  add(request: ModuleRequest): CodeModule {
    const module = new IsolatedModule(request);
    this.#modules.push({ name: request.name, module });
    return module;
  }

  /** Loads all of them. Throws ModuleError when one can't be loaded. */
  async start(): Promise<void> {
    await Promise.all(
      this.#modules.map(async ({ name, module }) => {
        try {
          await module.start();
        } catch (error) {
          throw new ModuleError(
            `the module of step ${name} can't be loaded: ${error instanceof Error ? error.message : ''}`,
          );
        }
      }),
    );
  }

  close(): void {
    for (const { module } of this.#modules) module.close();
  }
}
