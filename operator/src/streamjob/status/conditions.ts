import { type Condition } from '@streamjob/crds';
import { type Finding } from '../findings/finding.ts';
import { type Picture } from '../lifecycle/picture.ts';
import { type Reason } from '../reasons.ts';
import { type Snapshot } from '../snapshot.ts';
import { type Evidence } from './evidence.ts';

/** A condition before it is known whether it is new. */
export type Judgement = {
  readonly type: 'Ready' | 'Reconciling' | 'Stalled' | 'SourceReady';
  readonly status: Condition['status'];
  readonly reason: Reason;
  readonly message: string;
};

/** Sources without which workers get nothing done, whatever they say. */
const FATAL_SOURCE: ReadonlySet<Reason> = new Set<Reason>([
  'StreamNotFound',
  'ConsumerMissing',
  'ConsumerConflict',
  'SourceRegressed',
]);

/** Ready and SourceReady always, Reconciling and Stalled only while true, as kstatus has it. */
export function judge(snapshot: Snapshot, picture: Picture, evidence: Evidence): readonly Judgement[] {
  const ready = judgeReady(snapshot, picture, evidence);
  const stalled = stalledBy(picture, evidence);
  const reconciling = reconcilingBy(picture, ready);
  return [
    ready,
    judgeSource(picture),
    ...(reconciling === undefined ? [] : [{ type: 'Reconciling', status: 'True', ...reconciling } as const]),
    ...(stalled === undefined ? [] : [{ type: 'Stalled', status: 'True', ...stalled } as const]),
  ];
}

/** Tells the truth of what runs, whatever became of the newest spec. */
function judgeReady(snapshot: Snapshot, picture: Picture, evidence: Evidence): Judgement {
  const not = ({ reason, message }: Finding): Judgement => ({ type: 'Ready', status: 'False', reason, message });
  const { source, waiting, refusal, wantedReplicas } = picture;
  if (picture.deleting) return not(source ?? waiting ?? { reason: 'Terminating', message: 'the job is being deleted' });
  if (snapshot.job.spec.suspend) return not({ reason: 'Suspended', message: 'spec.suspend is true: no workers run' });
  if (evidence.deployment === undefined) return not(refusal ?? source ?? waiting ?? STARTING);
  const blocked = evidence.blocked[0] ?? (source !== undefined && FATAL_SOURCE.has(source.reason) ? source : undefined);
  if (blocked !== undefined) return not(blocked);
  if (wantedReplicas === 0)
    return { type: 'Ready', status: 'True', reason: 'Idle', message: 'no workers are asked for' };
  const available = evidence.deployment.status?.availableReplicas ?? 0;
  if (available >= wantedReplicas)
    return { type: 'Ready', status: 'True', reason: 'Running', message: 'all workers are ready' };
  return not(
    evidence.pending[0] ?? {
      reason: 'WorkersStarting',
      message: `${available} of ${wantedReplicas} workers are ready`,
    },
  );
}

const STARTING: Finding = { reason: 'Starting', message: 'the stream is looked at before workers start' };

function judgeSource({ source, consumer }: Picture): Judgement {
  if (source !== undefined) return { type: 'SourceReady', status: 'False', ...source };
  if (consumer?.seen !== true) return { type: 'SourceReady', status: 'Unknown', ...STARTING };
  return { type: 'SourceReady', status: 'True', reason: 'Running', message: 'the stream and its consumer are there' };
}

/** What only a person can change. A deletion that the broker holds up is told here, and its clock is this condition's. */
function stalledBy(
  { refusal, deleting, source, revision }: Picture,
  { deployment, pending }: Evidence,
): Finding | undefined {
  if (deleting) return source;
  if (refusal !== undefined) return refusal;
  if (source !== undefined && source.reason !== 'BrokerUnreachable') return source;
  const progressing = deployment?.status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason !== 'ProgressDeadlineExceeded' || revision === undefined) return undefined;
  return pending[0] ?? { reason: 'RolloutStuck', message: `revision ${revision} made no progress for 5 minutes` };
}

function reconcilingBy(picture: Picture, ready: Judgement): Finding | undefined {
  const { deleting, waiting, rollingOut, revision, refusal, source } = picture;
  if (deleting) return waiting ?? { reason: 'Terminating', message: 'the job is being deleted' };
  if (waiting !== undefined) return waiting;
  if (rollingOut) return { reason: 'RollingOut', message: `revision ${revision ?? ''} is rolling out` };
  if (revision !== undefined || refusal !== undefined) return undefined;
  if (source === undefined) return STARTING;
  return source.reason === 'BrokerUnreachable' ? { reason: ready.reason, message: source.message } : undefined;
}

/** Keeps the time of the last change of `status`, and drops what isn't said any more. */
export function conditionsOf(
  judgements: readonly Judgement[],
  before: readonly Condition[],
  generation: number,
  now: string,
): Condition[] {
  return judgements.map((judgement) => {
    const old = before.find(({ type }) => type === judgement.type);
    const lastTransitionTime = old?.status === judgement.status ? old.lastTransitionTime : now;
    const isSame = old?.status === judgement.status && old.reason === judgement.reason;
    const text = isSame && WAVERING.has(judgement.reason) ? old.message : judgement.message;
    const message = text.slice(0, MAX_MESSAGE_CHARACTERS);
    return { ...judgement, message, lastTransitionTime, observedGeneration: generation };
  });
}

/** How a server doesn't answer differs from try to try: the first words stay, or each try would be written. */
const WAVERING: ReadonlySet<Reason> = new Set<Reason>(['BrokerUnreachable']);

const MAX_MESSAGE_CHARACTERS = 8_000;
