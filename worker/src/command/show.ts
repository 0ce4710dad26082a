import { showDeadLetters, type ShownLetter } from '../dead-letters/index.ts';
import type { Session } from './session.ts';
import type { DeadLetterOptions } from './dead-letters-options.ts';
import { letterJson, letterText, readable } from './letter-text.ts';
import { printableJson } from './printable.ts';

type ShowOptions = DeadLetterOptions & { readonly headersOnly: boolean; readonly raw: boolean };

/** Shows each that is asked for with what it carries; fails when one isn't there, or what it refers to. */
export async function runShow(options: ShowOptions, { nats, selection, screen, signal }: Session): Promise<number> {
  const { headersOnly, raw, output, id } = options;
  if (!headersOnly) screen.err('Payloads may hold personal data; --headers-only leaves them out.\n');
  const seen = new Set<string>();
  let gone = 0;
  for await (const shown of showDeadLetters(nats, selection, { signal, headersOnly })) {
    if (seen.size > 0 && !raw && output !== 'json') screen.out('\n');
    seen.add(shown.letter.id);
    if (shown.gone) gone += 1;
    if (raw) screen.out(shown.payload ?? '');
    else screen.out(output === 'json' ? `${printableJson(jsonOf(shown), 2)}\n` : letterText(shown));
  }
  const absent = id.filter((one) => !seen.has(one));
  if (absent.length > 0) screen.err(`not found: ${absent.join(', ')}\n`);
  if (gone > 0) screen.err('what a dead letter leaves out is no longer in the source stream\n');
  return absent.length + gone > 0 ? 1 : 0;
}

function jsonOf({ letter, headers, payload, gone }: ShownLetter): object {
  const told = payload === undefined ? {} : { payload: readable(payload) };
  return { ...letterJson(letter), headers: headers.map(([name, value]) => ({ name, value })), ...told, gone };
}
