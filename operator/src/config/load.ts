import { parseDocument } from 'yaml';
import { type z } from 'zod';
import { configSchema, type OperatorConfig } from './schema.ts';

/** The configuration can't be used; the message has a line for each fault, with its path and what to write instead. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the configuration file's text. Throws a ConfigError. */
export function parseConfig(text: string): OperatorConfig {
  const document = parseDocument(text, { prettyErrors: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const [position] = fault.linePos ?? [];
    const where = position === undefined ? '' : ` at line ${position.line}, column ${position.col}`;
    throw new ConfigError(`the configuration is no YAML${where} (${fault.code})`);
  }
  const result = configSchema.safeParse(document.toJS() ?? {}, { error: missing });
  if (result.success) return result.data;
  throw new ConfigError(['the configuration has faults:', ...result.error.issues.flatMap(describe)].join('\n'));
}

/** Fields that are not there are told in fewer words than zod's. */
function missing({ code, input }: z.core.$ZodRawIssue): string | undefined {
  return code === 'invalid_type' && input === undefined ? 'is required' : undefined;
}

function describe(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `  ${pathOf([...issue.path, key])}: unknown field, remove it or correct its name`);
  return [`  ${pathOf(issue.path)}: ${issue.message}`];
}

/** As people write it: `connections[0].urls`. */
function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? '(top level)' : text.replace(/^\./, '');
}
