import { Environment, ParseError } from '@marcbachmann/cel-js';
import { Refusal } from '../problem.ts';
import { convert } from './convert.ts';
import { type Node } from './node.ts';
import { refusalOf } from './syntax-errors.ts';

/** As long as a CRD field may be. */
export const MAX_SOURCE_LENGTH = 4096;

const environment = new Environment({ limits: { maxDepth: 100, maxCallArguments: 32 } });

/** Parses CEL. Throws a Refusal. */
export function parse(source: string): Node {
  if (source.length > MAX_SOURCE_LENGTH) {
    throw new Refusal(`longer than ${MAX_SOURCE_LENGTH} characters`, 0, 'split it into several steps');
  }
  if (source.trim() === '') throw new Refusal('the expression is empty', 0);
  try {
    return convert(environment.parse(source).ast, source);
  } catch (error) {
    throw error instanceof ParseError ? refusalOf(error, source) : error;
  }
}
