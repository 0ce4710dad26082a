import { poll } from '../../../hack/src/process/poll.ts';
import { type Case } from '../cases.ts';
import { type Context } from './context.ts';

/** CPU microseconds of the job's own work on one message, measured in a process of its own. */
export async function ownWork({ sizeBytes, percent }: Case, { stable, quick }: Context): Promise<number> {
  const child = stable.program('contestants/own-work.ts', { sizeBytes, percent, durationMs: quick ? 400 : 800 });
  await poll('the own work is measured', () => child.exitCode() !== undefined, { timeoutMs: 60_000, everyMs: 20 });
  const us = Number(child.lastWords());
  if (Number.isNaN(us)) throw new Error(child.lastWords());
  return us;
}
