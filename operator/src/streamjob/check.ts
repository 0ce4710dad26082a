import {
  checkModule,
  compilePayloadSchema,
  manifestHash,
  resolveDefaults,
  validateStreamJob,
  workerManifest,
  type ModuleProblem,
  type Problem,
  type StreamJob,
  type ValidStreamJob,
  type WorkerManifest,
} from '@streamjob/crds';
import { compileExpression, compileTemplate, type ExpressionProblem, type TemplateKind } from '@streamjob/expressions';
import { type Finding } from './findings/finding.ts';
import { tooMuchModuleMemory } from './module-memory.ts';
import { type Reason } from './reasons.ts';

/** What a spec is worth: a manifest that workers can run, or why not. */
export type Verdict =
  | { readonly ok: true; readonly manifest: WorkerManifest; readonly hash: string }
  | { readonly ok: false; readonly finding: Finding };

type ValidSpec = ValidStreamJob['spec'];
type Refusal = { readonly reason: Reason; readonly text: string };

const MAX_TOLD = 3;

/** Checks everything that the API server can't: rules, expressions, templates and schemas. Pure; no stream is asked for. */
export function check({ apiVersion, kind, metadata, spec }: StreamJob): Verdict {
  const { name, namespace } = metadata;
  const identity = { name, ...(namespace === undefined ? {} : { namespace }) };
  const validated = validateStreamJob({ apiVersion, kind, metadata: identity, spec });
  if (!validated.ok)
    return refused(validated.problems.map((problem) => ({ reason: 'InvalidSpec', text: tell(problem) })));
  const refusals = [...stepRefusals(validated.job.spec), ...sinkRefusals(validated.job.spec)];
  if (refusals.length > 0) return refused(refusals);
  const manifest = workerManifest(validated.job);
  const tooMuch = tooMuchModuleMemory(resolveDefaults(manifest).spec);
  if (tooMuch !== undefined) return refused([{ reason: 'InvalidSpec', text: tooMuch }]);
  return { ok: true, manifest, hash: manifestHash(manifest) };
}

function refused(refusals: readonly Refusal[]): Verdict {
  const told = refusals.slice(0, MAX_TOLD).map(({ text }) => text);
  const more = refusals.length - told.length;
  const message = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  return { ok: false, finding: { reason: refusals[0]?.reason ?? 'InvalidSpec', message } };
}

function stepRefusals({ steps = [] }: ValidSpec): Refusal[] {
  return steps.flatMap((step, index) => {
    const path = `spec.steps[${index}]`;
    if ('validate' in step) return schemaRefusals(`${path}.validate.schema`, step.validate.schema);
    if ('filter' in step) return expression(`${path}.filter.expression`, step.filter.expression, 'bool');
    if ('enrich' in step) return expression(`${path}.enrich.key`, step.enrich.key, 'any');
    if ('code' in step) return moduleRefusals(`${path}.code.source`, step.code.source);
    if ('map' in step) {
      return Object.entries(step.map.set ?? {}).flatMap(([field, source]) =>
        expression(`${path}.map.set[${field}]`, source, 'any'),
      );
    }
    return [];
  });
}

function sinkRefusals({ sinks }: ValidSpec): Refusal[] {
  return sinks.flatMap((sink, index) => {
    const path = `spec.sinks[${index}]`;
    const { when } = sink;
    return [...(when === undefined ? [] : expression(`${path}.when`, when, 'bool')), ...targetRefusals(sink, path)];
  });
}

function targetRefusals(sink: ValidSpec['sinks'][number], path: string): Refusal[] {
  if ('kv' in sink) return template(`${path}.kv.key`, sink.kv.key, 'kv-key');
  if ('http' in sink) {
    const { url, headers } = sink.http;
    return [...template(`${path}.http.url`, url, 'url'), ...headerRefusals(headers, `${path}.http.headers`)];
  }
  const { subject, headers } = sink.jetstream;
  return [
    ...template(`${path}.jetstream.subject`, subject, 'subject'),
    ...headerRefusals(headers, `${path}.jetstream.headers`),
  ];
}

function headerRefusals(headers: Readonly<Record<string, string>> | undefined, path: string): Refusal[] {
  return Object.entries(headers ?? {}).flatMap(([name, source]) => template(`${path}[${name}]`, source, 'text'));
}

/** The module of a ConfigMap is checked by the worker, when it starts: the operator doesn't read it. */
function moduleRefusals(path: string, source: string | undefined): Refusal[] {
  const checked = source === undefined ? undefined : checkModule(source);
  return checked === undefined || checked.ok ? [] : [{ reason: 'InvalidModule', text: explain(path, checked.problem) }];
}

function schemaRefusals(path: string, schema: object): Refusal[] {
  const compiled = compilePayloadSchema(schema);
  if (compiled.ok) return [];
  const { problem } = compiled;
  return [{ reason: 'InvalidSchema', text: tell({ ...problem, path: joinPath(path, problem.path) }) }];
}

function joinPath(path: string, inner: string): string {
  if (inner === '' || inner.startsWith(path)) return inner === '' ? path : inner;
  return `${path}${inner.startsWith('[') ? '' : '.'}${inner}`;
}

function expression(path: string, source: string, expects: 'bool' | 'any'): Refusal[] {
  const compiled = compileExpression(source, expects);
  return compiled.ok ? [] : [{ reason: 'InvalidExpression', text: explain(path, compiled.problem) }];
}

function template(path: string, source: string, kind: TemplateKind): Refusal[] {
  const compiled = compileTemplate(source, kind);
  return compiled.ok ? [] : [{ reason: 'InvalidExpression', text: explain(path, compiled.problem) }];
}

function explain(path: string, { line, column, explained }: ExpressionProblem | ModuleProblem): string {
  return `${path}, line ${line}, column ${column}:\n${explained}`;
}

function tell({ path, message, line, column }: Problem): string {
  const place = line === undefined ? '' : `, line ${line}, column ${column ?? 1}`;
  return `${path}${place}: ${message}`;
}
