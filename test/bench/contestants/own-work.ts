/**
 * The job's own parse, map and stringify, from bytes to a text, with nothing around it. Its argument is JSON: sizeBytes,
 * percent, durationMs. It prints the CPU microseconds of one message.
 */
import { writeSync } from 'node:fs';
import { applyJob, eventText } from '../job.ts';

type Options = { sizeBytes: number; percent: number; durationMs: number };

const EVENTS = 1000;
const { sizeBytes, percent, durationMs } = JSON.parse(process.argv[2] ?? '{}') as Options;
const payloads = Array.from({ length: EVENTS }, (_, index) => Buffer.from(eventText(index, sizeBytes)));

function work(forMs: number): number {
  let messages = 0;
  let bytes = 0;
  const started = process.cpuUsage();
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs) {
    for (const payload of payloads) bytes += applyJob(payload.toString(), percent)?.text.length ?? 0;
    messages += EVENTS;
  }
  const { user, system } = process.cpuUsage(started);
  return bytes > 0 ? (user + system) / messages : NaN;
}

work(durationMs / 2);
writeSync(1, `${work(durationMs)}\n`);
