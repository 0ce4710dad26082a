import { parseKeepingNumbers } from '../codecs/index.ts';
import { type CodeAnswer } from './code-module.ts';
import { type Answer } from './protocol.ts';

/** What an answer of the process says. */
export function readAnswer({ kind, text, inexact }: Answer): CodeAnswer {
  switch (kind) {
    case 'none':
      return { kind: 'none' };
    case 'one':
      return { kind: 'one', event: { value: read(text, inexact), inexact } };
    case 'many': {
      const events = read(text, inexact) as readonly unknown[];
      return { kind: 'many', events: events.map((value) => ({ value, inexact })) };
    }
    case 'failed':
      return { kind: 'failed', reason: 'CodeFailed', error: text };
    case 'timeout':
      return { kind: 'failed', reason: 'CodeTimedOut', error: 'the function took longer than `timeout`' };
  }
}

function read(text: string, inexact: boolean): unknown {
  return inexact ? parseKeepingNumbers(text) : JSON.parse(text);
}
