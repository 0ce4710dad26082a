import type { LoopDeps } from '../../delivery/loop-deps.ts';

/** A replay is watched by whoever started it: what may kill it is run alone, and named before. */
export const NO_JOURNAL: LoopDeps['journal'] = {
  begin: () => undefined,
  end: () => undefined,
  suspects: () => false,
  judge: () => 'run',
  finished: () => undefined,
  convicted: () => undefined,
  save: () => undefined,
};
