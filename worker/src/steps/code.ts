import { checkModule, type ResolvedStep } from '@streamjob/crds';
import { type MessageView } from '@streamjob/expressions';
import { type CodeAnswer, type CodeModule } from '../code/index.ts';
import { type DecodedEvent } from '../codecs/index.ts';
import {
  DROPPED,
  failed,
  FILTERED,
  type Apply,
  type CompiledStep,
  type StepContext,
  type StepKind,
  type StepResult,
} from './step.ts';

type NamedCode = Extract<ResolvedStep, { code: unknown }>;
type OnError = NamedCode['code']['onError'];
type Source = { readonly text: string; readonly field: string } | { readonly problem: string };

/** Runs a JavaScript function on the event, in a process of its own. */
export const code: StepKind = (step, context) => ('code' in step ? compileCode(step, context) : undefined);

function compileCode({ name, code: spec }: NamedCode, context: StepContext): CompiledStep {
  const path = `${context.path}.code`;
  const source = sourceOf(spec, context);
  if ('problem' in source) return { ok: false, problems: [{ path: `${path}.configMap`, message: source.problem }] };
  const checked = checkModule(source.text);
  if (!checked.ok) {
    const { message, line, column } = checked.problem;
    return { ok: false, problems: [{ path: `${path}.${source.field}`, message, line, column }] };
  }
  const { timeoutMs, memoryMebibytes, onError } = spec;
  const module = context.resources?.module({ name, source: source.text, timeoutMs, memoryMebibytes });
  return { ok: true, apply: module === undefined ? refuseToRun : applyWith(module, onError), gives: 'Json' };
}

function sourceOf({ source, configMap }: NamedCode['code'], { configMapText }: StepContext): Source {
  if (source !== undefined) return { text: source, field: 'source' };
  if (configMap === undefined) return { problem: 'must be set where `source` is not' };
  const text = configMapText(configMap.name, configMap.key);
  if (text === undefined) return { problem: `ConfigMap ${configMap.name} has no entry \`${configMap.key}\`` };
  return { text, field: 'configMap' };
}

function refuseToRun(): never {
  throw new Error('the manifest was only checked');
}

function applyWith(module: CodeModule, onError: OnError): Apply {
  return (event: DecodedEvent, message: MessageView) =>
    module.run(event, message).then((answer) => resultOf(answer, onError));
}

function resultOf(answer: CodeAnswer, onError: OnError): StepResult {
  switch (answer.kind) {
    case 'none':
      return FILTERED;
    case 'one':
      return { kind: 'changed', event: answer.event };
    case 'many':
      return answer;
    case 'failed':
      return onError === 'Drop' ? DROPPED : failed(answer.reason, answer.error);
    case 'unavailable':
      return { kind: 'retry', reason: 'ModuleUnavailable', code: answer.code };
  }
}
