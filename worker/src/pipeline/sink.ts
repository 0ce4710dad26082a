import { type Problem, type ResolvedManifest } from '@streamjob/crds';
import { compileExpression, compileTemplate, type Evaluate, type Render } from '@streamjob/expressions';
import { expressionProblem, type EventShape } from '../steps/index.ts';
import { sinkTag } from './identity.ts';
import { kindOf, type SinkKind, type TemplateOf } from './sink-kinds.ts';

type SinkSpec = ResolvedManifest['spec']['sinks'][number];

export type CompiledSink = Pick<SinkKind, 'idHeader' | 'fixed' | 'passesOn' | 'carriesEvent' | 'maxBytes'> & {
  readonly name: string;
  /** Ends the ids of this sink's results. */
  readonly tag: string;
  /** Absent: every message. */
  readonly when: Evaluate | undefined;
  /** A subject or a URL. */
  readonly target: Render;
  readonly headers: readonly { readonly name: string; readonly render: Render }[];
};

/** Compiles one sink, adding what is wrong with it to `problems`; undefined when something is. `shape`: of its events. */
export function compileSink(
  spec: SinkSpec,
  path: string,
  shape: EventShape,
  problems: Problem[],
): CompiledSink | undefined {
  const { target: where, headers: templates, passesOn, ...kind } = kindOf(spec, path, shape);
  const when = spec.when === undefined ? undefined : condition(spec.when, `${path}.when`, problems);
  const target = prefixed(where.prefix ?? '', template(where, problems));
  const headers: CompiledSink['headers'][number][] = [];
  for (const [name, source] of Object.entries(templates.sources)) {
    const render = template({ source, kind: 'text', path: `${templates.path}.${name}` }, problems);
    if (render !== undefined) headers.push({ name, render });
  }
  if (target === undefined) return undefined;
  const replaced = new Set(headers.map(({ name }) => name.toLowerCase()));
  return {
    ...kind,
    name: spec.name,
    tag: sinkTag(spec.name),
    when,
    target,
    headers,
    passesOn: (name) => !replaced.has(name) && passesOn(name),
  };
}

function condition(source: string, path: string, problems: Problem[]): Evaluate | undefined {
  const compiled = compileExpression(source, 'bool');
  if (compiled.ok) return compiled.evaluate;
  problems.push(expressionProblem(path, compiled.problem));
  return undefined;
}

function prefixed(prefix: string, render: Render | undefined): Render | undefined {
  return prefix === '' || render === undefined ? render : (event, message) => prefix + render(event, message);
}

function template({ source, kind, path }: TemplateOf, problems: Problem[]): Render | undefined {
  const compiled = compileTemplate(source, kind);
  if (compiled.ok) return compiled.render;
  problems.push(expressionProblem(path, compiled.problem));
  return undefined;
}
