import { type MessageView } from './compile/message-fields.ts';
import { compile } from './compile/program.ts';
import { EvaluationError } from './evaluation-error.ts';
import { explain, Refusal, type ExpressionProblem } from './problem.ts';
import { MAX_SOURCE_LENGTH } from './syntax/parse.ts';
import { checkHeader, checkTextTemplate } from './templates/header.ts';
import { splitTemplate, type TemplatePart } from './templates/split.ts';
import { checkKey, checkKeyTemplate, escapeKeyToken } from './templates/kv-key.ts';
import { checkSubject, checkSubjectTemplate, escapeToken } from './templates/subject.ts';
import { textOf } from './templates/text-of.ts';
import { checkUrl, checkUrlTemplate, escapeComponent, isInQuery } from './templates/url.ts';
import { showType, type Type } from './types/type.ts';

/** Fills a template in for one message. Throws an EvaluationError, whose text quotes no value, and nothing else. */
export type Render = (event: unknown, message: MessageView) => string;

export type CompiledTemplate =
  { readonly ok: true; readonly render: Render } | { readonly ok: false; readonly problem: ExpressionProblem };

/**
 * What a template makes. 'subject': each value becomes one escaped token or part of one (see escapeToken), under a first
 * token that the author fixed; the result is always a subject that can be published to. 'kv-key': the same for a key of
 * a NATS KV bucket (see escapeKeyToken), of which no part needs to be fixed. 'url': each value becomes one
 * percent-encoded component of the path or the query, under a scheme and a host that the author fixed. 'text': a
 * header's value; control characters, and so line breaks, fail.
 */
export type TemplateKind = 'subject' | 'kv-key' | 'url' | 'text';

type Kind = {
  /** Throws a Refusal for what can't be whatever the values. */
  readonly checkTemplate: (parts: readonly TemplatePart[]) => void;
  /** How the value of the part at `index` is written. */
  readonly escape: (parts: readonly TemplatePart[], index: number) => (text: string) => string;
  /** Throws an EvaluationError for a result that can't be. */
  readonly check: (text: string) => string;
};

const KINDS: Readonly<Record<TemplateKind, Kind>> = {
  subject: { checkTemplate: checkSubjectTemplate, escape: () => escapeToken, check: checkSubject },
  'kv-key': { checkTemplate: checkKeyTemplate, escape: () => escapeKeyToken, check: checkKey },
  url: { checkTemplate: checkUrlTemplate, escape: escapeInUrl, check: checkUrl },
  text: { checkTemplate: checkTextTemplate, escape: () => identity, check: checkHeader },
};

function escapeInUrl(parts: readonly TemplatePart[], index: number): (text: string) => string {
  const inQuery = isInQuery(parts, index);
  return (text) => escapeComponent(text, inQuery);
}

/**
 * Compiles a template: text with one CEL expression in each `${…}`, and `$${` for a plain `${`. Values are written as
 * CEL's `string(…)` does; null, lists, maps and bytes fail.
 */
export function compileTemplate(source: string, kind: TemplateKind): CompiledTemplate {
  try {
    return { ok: true, render: compileParts(source, KINDS[kind]) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: explain(source, error) };
    throw error;
  }
}

function compileParts(source: string, { checkTemplate, escape, check }: Kind): Render {
  if (source.length > MAX_SOURCE_LENGTH) throw new Refusal(`longer than ${MAX_SOURCE_LENGTH} characters`, 0);
  if (source === '') throw new Refusal('the template is empty', 0);
  const parts = splitTemplate(source);
  checkTemplate(parts);
  const renderers = parts.map((part, index) => renderer(part, source, escape(parts, index)));
  const [first, second] = renderers;
  // Most templates are a fixed text, or one and a value after it.
  if (second === undefined && parts[0]?.kind === 'literal') return constant(checkedNow(parts[0].text, check));
  if (first !== undefined && second !== undefined && renderers.length === 2) {
    return (event, message) => check(first(event, message) + second(event, message));
  }
  return (event, message) => check(renderers.map((render) => render(event, message)).join(''));
}

/** A fixed text that no message could pass is the author's mistake. */
function checkedNow(text: string, check: (text: string) => string): string {
  try {
    return check(text);
  } catch (error) {
    throw error instanceof EvaluationError ? new Refusal(error.message, 0) : error;
  }
}

const identity = (text: string): string => text;
const constant =
  (text: string): Render =>
  () =>
    text;

function renderer(part: TemplatePart, template: string, escape: (text: string) => string): Render {
  if (part.kind === 'literal') return constant(part.text);
  const { run, type } = compilePart(part.source, part.at, template);
  return type.kind === 'string'
    ? (event, message) => escape(run(event, message) as string)
    : (event, message) => escape(textOf(run(event, message)));
}

const NO_TEXTS: readonly Type['kind'][] = ['null', 'list', 'map', 'bytes', 'type'];

/** Compiles one expression; a problem's place is in the whole template. */
function compilePart(source: string, at: number, template: string): ReturnType<typeof compile> {
  try {
    const compiled = compile(source, 'value', { source: template, at });
    if (!NO_TEXTS.includes(compiled.type.kind)) return compiled;
    throw new Refusal(`the template needs a text, and the expression gives ${showType(compiled.type)}`, 0);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.message, at + error.at, error.hint) : error;
  }
}
