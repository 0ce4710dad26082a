import { type MessageView } from '@streamjob/expressions';
import {
  resume,
  runSegment,
  type Ended,
  type NamedStep,
  type Parted,
  type Passed,
  type Stage,
  type Waiting,
} from './segment.ts';

/** What became of one of the events that steps made of a message. */
export type Leaf = Passed | Ended;

type Leaves = readonly Leaf[] | Promise<readonly Leaf[]>;

/** Follows an event to its end, and each of the events that a step makes of it; in their order. */
export function follow(steps: readonly NamedStep[], stage: Stage, message: MessageView, branch?: string): Leaves {
  if (stage.kind === 'waiting') return followLater(steps, stage, message, branch);
  if (stage.kind === 'parted') return part(steps, stage, message, branch);
  return [stage.kind === 'passed' && branch !== undefined ? { ...stage, branch } : stage];
}

async function followLater(
  steps: readonly NamedStep[],
  waiting: Waiting,
  message: MessageView,
  branch: string | undefined,
): Promise<readonly Leaf[]> {
  return follow(steps, await resume(steps, waiting, message), message, branch);
}

function part(
  steps: readonly NamedStep[],
  { at, events }: Parted,
  message: MessageView,
  branch: string | undefined,
): Leaves {
  const each = events.map((event, index) => {
    const path = branch === undefined ? String(index) : `${branch}.${index}`;
    return follow(steps, runSegment(steps, event, message, at, true), message, path);
  });
  return allAtHand(each) ? each.flat() : gather(each);
}

function allAtHand(each: readonly Leaves[]): each is readonly (readonly Leaf[])[] {
  return !each.some((leaves) => leaves instanceof Promise);
}

async function gather(each: readonly Leaves[]): Promise<readonly Leaf[]> {
  return (await Promise.all(each.map((leaves) => Promise.resolve(leaves)))).flat();
}
