import type { DeadLetter, ShownLetter } from '../dead-letters/index.ts';
import { printable, printableLines } from './printable.ts';
import { formatCount, formatTime, renderTable } from './table.ts';

const HEADS = ['TIME', 'ID', 'JOB', 'STEP OR SINK', 'REASON', 'SOURCE', 'DELIVERIES', 'SIZE'];
const MORE_HEADS = ['REVISION', 'SUBJECT', 'ERROR'];

/** A row for each; never a payload, and of headers only our own. */
export function lettersTable(letters: readonly DeadLetter[], wide: boolean): string {
  const rows = letters.map((letter) => (wide ? [...rowOf(letter), ...moreOf(letter)] : rowOf(letter)));
  return renderTable([wide ? [...HEADS, ...MORE_HEADS] : HEADS, ...rows]);
}

function rowOf(letter: DeadLetter): string[] {
  const { timestampNs, id, namespace, job, step, reason, source, deliveries, payloadBytes, payloadOmitted } = letter;
  return [
    formatTime(timestampNs),
    printable(id),
    printable(`${namespace}/${job}`),
    printable(step),
    printable(reason),
    printable(`${source.stream}:${source.sequence}`),
    String(deliveries),
    payloadOmitted ? 'by reference' : String(payloadBytes),
  ];
}

function moreOf({ revision, source, error }: DeadLetter): string[] {
  return [printable(revision), printable(source.subject), printable(error)];
}

/** Counts by reason, the largest first, and their sum. */
export function reasonsTable(reasons: ReadonlyMap<string, number>, total: number): string {
  const rows = [...reasons].sort(([, one], [, other]) => other - one);
  const counts = rows.map(([reason, count]) => [printable(reason), formatCount(count)]);
  return renderTable([['REASON', 'COUNT'], ...counts, ['all', formatCount(total)]]);
}

/** As JSON tells a dead letter. */
export function letterJson(letter: DeadLetter): object {
  const { timestampNs, ...rest } = letter;
  return { time: formatTime(timestampNs), ...rest };
}

/** Everything of a dead letter, for people. */
export function letterText({ letter, headers, payload, gone }: ShownLetter): string {
  const { source } = letter;
  const facts: [string, string][] = [
    ['ID', letter.id],
    ['Written', formatTime(letter.timestampNs)],
    ['Job', `${letter.namespace}/${letter.job} (UID ${letter.jobUid}, revision ${letter.revision})`],
    [letter.sink === undefined ? 'Step' : 'Sink', letter.step],
    ['Reason', letter.reason],
    ['Error', letter.error],
    ['Source', `${source.stream}, sequence ${source.sequence}, subject ${source.subject}`],
    ['Stored', formatTime(BigInt(source.timestamp))],
    ['Deliveries', String(letter.deliveries)],
  ];
  const head = renderTable(facts.map(([name, value]) => [name, printable(value)]));
  const lines = headers.map(([name, value]) => `  ${printable(name)}: ${printable(value)}\n`);
  return `${head}\nHeaders (${headers.length})\n${lines.join('')}${payloadText(payload, gone)}`;
}

function payloadText(payload: Uint8Array | undefined, gone: boolean): string {
  if (gone) return '\nWhat the dead letter leaves out is no longer in the source stream.\n';
  if (payload === undefined) return '';
  const { text, encoding } = readable(payload);
  return `\nPayload (${formatCount(payload.length)} bytes${encoding === 'base64' ? ', in base 64' : ''})\n${printableLines(text)}\n`;
}

/** A payload as text when it is UTF-8, else in base 64. */
export function readable(payload: Uint8Array): { readonly text: string; readonly encoding: 'utf8' | 'base64' } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload), encoding: 'utf8' };
  } catch {
    return { text: Buffer.from(payload).toString('base64'), encoding: 'base64' };
  }
}
