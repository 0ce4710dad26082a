import { parse, type Node, type Program } from 'acorn';
import { moduleProblem, type ModuleProblem } from './module-problem.ts';

export type CheckedModule = { readonly ok: true } | { readonly ok: false; readonly problem: ModuleProblem };

/** Of a module's text, in UTF-8. */
export const MAX_MODULE_BYTES = 64 * 1024;

/** Kinds of syntax that bring in other files; a `code` step is one file. */
const IMPORTS = new Set(['ImportDeclaration', 'ImportExpression', 'ExportAllDeclaration']);
/** What is certainly no function. */
const NO_FUNCTION = new Set(['Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression', 'ClassDeclaration']);

/**
 * Says whether a text is a JavaScript module as a `code` step needs it: one file without imports, whose default export
 * may be a function. Nothing of it is run.
 */
export function checkModule(source: string): CheckedModule {
  if (Buffer.byteLength(source) > MAX_MODULE_BYTES) {
    return refuse(source, 0, `the module is larger than ${MAX_MODULE_BYTES / 1024} KiB`);
  }
  const parsed = parseModule(source);
  return parsed instanceof Refusal ? refuse(source, parsed.at, parsed.message) : checkProgram(source, parsed);
}

class Refusal {
  readonly message: string;
  readonly at: number;

  constructor(message: string, at: number) {
    this.message = message;
    this.at = at;
  }
}

function parseModule(source: string): Program | Refusal {
  try {
    return parse(source, { sourceType: 'module', ecmaVersion: 'latest' });
  } catch (error) {
    if (error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number') {
      return new Refusal(sentence(error.message), error.pos);
    }
    return new Refusal('the module nests too deeply', 0);
  }
}

/** Without the place that the parser adds: we tell it ourselves, and count columns from 1. */
function sentence(message: string): string {
  const text = message.replace(/ \(\d+:\d+\)$/, '');
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function checkProgram(source: string, program: Program): CheckedModule {
  const found = findImport(program);
  if (found !== undefined) return refuse(source, found.start, 'a code step is one file: it can import nothing');
  const exported = defaultExport(program);
  if (exported === undefined) {
    return refuse(source, source.length, 'there is no default export: export default (event, message) => …');
  }
  if (NO_FUNCTION.has(exported.type)) return refuse(source, exported.start, 'the default export must be a function');
  return { ok: true };
}

function refuse(source: string, at: number, message: string): CheckedModule {
  return { ok: false, problem: moduleProblem(source, at, message) };
}

function defaultExport({ body }: Program): Node | undefined {
  for (const statement of body) {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const named = statement.specifiers.find(({ exported }) => 'name' in exported && exported.name === 'default');
    if (named !== undefined) return named;
  }
  return undefined;
}

/** The first of the tree, which is walked without recursion: it may be deep. */
function findImport(program: Program): Node | undefined {
  const left: unknown[] = [program];
  let first: Node | undefined;
  while (left.length > 0) {
    const node = left.pop();
    if (Array.isArray(node)) left.push(...(node as readonly unknown[]));
    else if (isNode(node)) {
      if (isImport(node) && (first === undefined || node.start < first.start)) first = node;
      left.push(...(Object.values(node) as readonly unknown[]).filter((part) => typeof part === 'object'));
    }
  }
  return first;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isImport(node: Node): boolean {
  if (node.type === 'ExportNamedDeclaration') return 'source' in node && node.source !== null;
  return IMPORTS.has(node.type);
}
