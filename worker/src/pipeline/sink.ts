import { type Problem, type ResolvedManifest } from '@streamjob/crds';
import { compileExpression, compileTemplate, type Evaluate, type Render } from '@streamjob/expressions';
import { expressionProblem } from '../steps/index.ts';
import { sinkTag } from './identity.ts';

type SinkSpec = ResolvedManifest['spec']['sinks'][number];

export type CompiledSink = {
  readonly name: string;
  /** Ends the ids of this sink's results. */
  readonly tag: string;
  /** Absent: every message. */
  readonly when: Evaluate | undefined;
  readonly subject: Render;
  readonly headers: readonly { readonly name: string; readonly render: Render }[];
  /** The names of `headers` in lower case: a source message's header of such a name isn't passed on. */
  readonly replaced: ReadonlySet<string>;
};

/** Compiles one sink, adding what is wrong with it to `problems`; undefined when something is. */
export function compileSink(spec: SinkSpec, path: string, problems: Problem[]): CompiledSink | undefined {
  const when = spec.when === undefined ? undefined : condition(spec.when, `${path}.when`, problems);
  const subject = template(spec.jetstream.subject, 'subject', `${path}.jetstream.subject`, problems);
  const headers: CompiledSink['headers'][number][] = [];
  for (const [name, source] of Object.entries(spec.jetstream.headers)) {
    const render = template(source, 'text', `${path}.jetstream.headers.${name}`, problems);
    if (render !== undefined) headers.push({ name, render });
  }
  if (subject === undefined) return undefined;
  const replaced = new Set(headers.map(({ name }) => name.toLowerCase()));
  return { name: spec.name, tag: sinkTag(spec.name), when, subject, headers, replaced };
}

function condition(source: string, path: string, problems: Problem[]): Evaluate | undefined {
  const compiled = compileExpression(source, 'bool');
  if (compiled.ok) return compiled.evaluate;
  problems.push(expressionProblem(path, compiled.problem));
  return undefined;
}

function template(source: string, kind: 'subject' | 'text', path: string, problems: Problem[]): Render | undefined {
  const compiled = compileTemplate(source, kind);
  if (compiled.ok) return compiled.render;
  problems.push(expressionProblem(path, compiled.problem));
  return undefined;
}
