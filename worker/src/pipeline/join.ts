import { type MessageView } from '@streamjob/expressions';
import { type Leaf } from './branches.ts';
import { route, type Router } from './route.ts';
import { type Passed } from './segment.ts';
import { type Emission, type Failure, type Outcome, type SourceMessage } from './types.ts';

/**
 * The outcome of a message of which steps made several events. Before the sinks it fails as a whole, and so do its
 * results for one sink: whoever replays its dead letter gets all of them, and no result a second time.
 */
export function join(router: Router, leaves: readonly Leaf[], message: SourceMessage, view: MessageView): Outcome {
  const worst = leaves.find(({ kind }) => kind === 'retry') ?? leaves.find(({ kind }) => kind === 'dead');
  if (worst !== undefined && worst.kind !== 'passed') return worst;
  const dropped = leaves.filter(({ kind }) => kind === 'dropped');
  const passed = leaves.filter((leaf): leaf is Passed => leaf.kind === 'passed');
  if (passed.length === 0) return (dropped[0] ?? leaves[0]) as Outcome;
  const routed = passed.map((leaf) => route(router, leaf, message, view)).filter((outcome) => outcome.kind === 'emit');
  if (routed.length === 0) return { kind: 'unrouted' };
  const failures = firstOfEachSink(routed.flatMap((outcome) => outcome.failures));
  const emissions = routed.flatMap((outcome) => outcome.emissions).filter(isWhole(failures));
  return { kind: 'emit', emissions, failures, ...(dropped.length > 0 && { dropped: dropped.length }) };
}

function firstOfEachSink(failures: readonly Failure[]): readonly Failure[] {
  return failures.filter(({ at }, index) => failures.findIndex((other) => other.at === at) === index);
}

function isWhole(failures: readonly Failure[]): (emission: Emission) => boolean {
  const failed = new Set(failures.map(({ sink }) => sink));
  return ({ sink }) => !failed.has(sink);
}
