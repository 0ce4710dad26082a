import { poll } from '../../../../hack/src/process/poll.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Starts the worker again whenever it dies, until the condition holds; answers how often it died. */
export async function superviseUntil(
  worker: WorkerProcess,
  what: string,
  condition: () => Promise<boolean>,
  timeoutMs: number,
): Promise<number> {
  let deaths = 0;
  await worker.start();
  await poll(
    what,
    async () => {
      if (!worker.running) {
        deaths += 1;
        await worker.start();
      }
      return condition();
    },
    { timeoutMs, everyMs: 100 },
  );
  return deaths;
}
