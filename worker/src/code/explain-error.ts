import { type Load } from './protocol.ts';
import { UnfitResult } from './unfit-result.ts';

type Module = Pick<Load, 'source' | 'url'>;
type Place = { readonly line: number; readonly column: number };

const KNOWN = [TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError];
const MAX_LINE = 120;

/** The engine's own texts that hold nothing but names; told only when the name stands in the module's source. */
const ENGINE_TEXTS = [
  /^Cannot (?:read|set) properties of (?:undefined|null) \((?:reading|setting) '([\w$]{1,64})'\)$/,
  /^([\w$][\w$.]{0,127}) is not (?:a function|a constructor|defined|iterable)$/,
  /^Cannot access '([\w$]{1,64})' before initialization$/,
  /^Assignment to constant variable\.$/,
  /^Maximum call stack size exceeded$/,
];

/**
 * Says what went wrong in a module, and where: the error's class, the place and the author's own line. The error's text
 * is left out, since it may quote the message, unless it is the engine's own and names only what stands in the source.
 */
export function explainError(error: unknown, module: Module): string {
  if (error instanceof UnfitResult) return error.message;
  if (!(error instanceof Error)) return 'the module threw something that is not an Error';
  const what = `${nameOf(error, module.source)}${textOf(error, module.source)}`;
  const place = placeOf(error, module);
  if (place === undefined) return what;
  const { line, column } = place;
  const author = (module.source.split('\n')[line - 1] ?? '').trim().slice(0, MAX_LINE);
  return `line ${line}, column ${column}: ${what}, at: ${author}`;
}

/** Of the classes that everybody knows, or of one that stands in the source. */
function nameOf(error: Error, source: string): string {
  for (const kind of KNOWN) if (Object.getPrototypeOf(error) === kind.prototype) return kind.name;
  const name: unknown = error.constructor.name;
  const isAuthors = typeof name === 'string' && /^[\w$]{1,64}$/.test(name) && source.includes(`class ${name}`);
  return isAuthors ? name : 'Error';
}

function textOf(error: Error, source: string): string {
  const text: unknown = error.message;
  if (typeof text !== 'string') return '';
  for (const form of ENGINE_TEXTS) {
    const match = form.exec(text);
    if (match !== null) return source.includes(match[1] ?? '') ? `: ${text}` : '';
  }
  return '';
}

/** The innermost place in the module. */
function placeOf(error: Error, { source, url }: Module): Place | undefined {
  const stack: unknown = error.stack;
  if (typeof stack !== 'string') return undefined;
  const lines = stack.split('\n');
  const top = lines.findLastIndex((line) => !/^\s+at /.test(line)) + 1;
  for (const frame of lines.slice(top)) {
    const at = frame.lastIndexOf(`${url}:`);
    const [, line, column] =
      (at === -1 ? null : /^(\d{1,6}):(\d{1,6})\)?$/.exec(frame.slice(at + url.length + 1))) ?? [];
    const place = { line: Number(line), column: Number(column) };
    if (place.column <= (source.split('\n')[place.line - 1]?.length ?? -1) + 1) return place;
  }
  return undefined;
}
