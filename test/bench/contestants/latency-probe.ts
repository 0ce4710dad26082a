/**
 * Producer and observer in one process: publishes events that carry the time of sending, and sees the results as the
 * target stream delivers them. Its argument is JSON (see ProbeOptions); it prints a ProbeResult.
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { eventText } from '../job.ts';
import { type Frame } from '../raw/frame-reader.ts';
import { RawConnection } from '../raw/connection.ts';
import { percentile } from '../statistics.ts';
import { type ProbeOptions, type ProbeResult } from './probe-contract.ts';

const WINDOW = 6000;
const TICK_MS = 1;
const GRACE_MS = 5000;
const MARK = Buffer.from('"sentUs":');
/** Added to the time, so that it always has so many digits. */
const EPOCH_US = 1e15;
const DIGITS = 16;
const ZERO = 48;

const options = JSON.parse(process.argv[2] ?? '{}') as ProbeOptions;
const [before = '', after = ''] = JSON.stringify({
  sentUs: '@',
  ...(JSON.parse(eventText(0, options.sizeBytes - 26)) as object),
}).split('"@"');
const [head, tail] = [Buffer.from(before), Buffer.from(after)];
const bytes = head.length + DIGITS + tail.length;
const latencies: number[] = [];
let sent = 0;
let received = 0;
let counted = 0;
let countFromUs = Infinity;
let endUs = Infinity;

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

const connection = new RawConnection(options.url, {
  onFrame,
  onTurn: () => {
    if (options.rate === undefined) fillWindow();
  },
});
connection.subscribe(options.results, 1);
await connection.settled();

const startedUs = nowUs();
countFromUs = startedUs + options.skipSeconds * 1e6;
endUs = startedUs + options.seconds * 1e6;
fillWindow();
while (nowUs() < endUs) {
  await delay(TICK_MS);
  if (options.rate !== undefined) send(Math.floor(((nowUs() - startedUs) / 1e6) * options.rate) - sent);
}
const perSecond = counted / (options.seconds - options.skipSeconds);
for (let waited = 0; received < sent && waited < GRACE_MS; waited += 10) await delay(10);
const result: ProbeResult = {
  sent,
  missing: sent - received,
  perSecond,
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
  p999: percentile(latencies, 0.999),
};
writeSync(1, `${JSON.stringify(result)}\n`);
process.exit(0);

function fillWindow(): void {
  if (options.rate === undefined && nowUs() < endUs) send(WINDOW - (sent - received));
}

function send(count: number): void {
  if (count <= 0) return;
  const time = String(EPOCH_US + nowUs());
  for (let done = 0; done < count; done += 1) {
    connection.text(`PUB ${options.subject} ${bytes}\r\n`);
    connection.bytes(head);
    connection.text(time);
    connection.bytes(tail);
    connection.endOfFrame();
  }
  sent += count;
  connection.flush();
}

function onFrame({ buffer, payloadStart, end }: Frame): void {
  received += 1;
  const now = nowUs();
  if (now < countFromUs || now > endUs) return;
  counted += 1;
  let at = buffer.indexOf(MARK, payloadStart) + MARK.length;
  if (at >= end) return;
  let time = 0;
  for (const last = at + DIGITS; at < last; at += 1) time = time * 10 + (buffer[at] ?? ZERO) - ZERO;
  latencies.push((now + EPOCH_US - time) / 1000);
}
