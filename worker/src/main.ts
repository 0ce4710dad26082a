#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { createLogger, type Logger } from '@streamjob/telemetry';
import { systemClock } from './clock.ts';
import { parseOptions, UsageError, type WorkerOptions } from './options.ts';
import { runWorker } from './worker.ts';

const FAILED = 1;

if (process.argv[2] === 'dead-letters') await deadLetters(process.argv.slice(3));
else await main();

async function main(): Promise<void> {
  const options = readOptions();
  const log = createLogger({ name: 'worker', level: options.logLevel });
  endOnUnforeseen(log);
  try {
    await runWorker(options, { signal: stopSignal(), clock: systemClock, log });
    process.exit(0);
  } catch (error) {
    if (error instanceof UsageError) refuse(error);
    log.error({ error }, 'the worker ends');
    process.exit(FAILED);
  }
}

/** The library and the command are only loaded when they are asked for: a worker starts without them. */
async function deadLetters(args: readonly string[]): Promise<void> {
  const { runDeadLetters } = await import('./command/dead-letters.ts');
  const { stdout, stderr } = process;
  // Whoever reads may stop reading.
  for (const stream of [stdout, stderr]) stream.on('error', () => process.exit(FAILED));
  const screen = {
    out: (text: string | Uint8Array) => void stdout.write(text),
    err: (text: string) => void stderr.write(text),
    errIsTty: stderr.isTTY,
    columns: stderr.columns,
  };
  // What was asked for goes to standard output, and nothing else.
  const log = createLogger({ name: 'worker', level: 'warn', destination: stderr });
  endOnUnforeseen(log);
  process.exit(await runDeadLetters(args, { screen, clock: systemClock, log, signal: stopSignal() }));
}

function readOptions(): WorkerOptions {
  try {
    return parseOptions(process.argv.slice(2), (text) => {
      writeSync(1, text);
    });
  } catch (error) {
    if (error instanceof UsageError) refuse(error);
    throw error;
  }
}

function refuse(error: UsageError): never {
  if (error.exitCode !== 0) writeSync(2, `${error.message}\n`);
  process.exit(error.exitCode);
}

/** Aborted by the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(FAILED);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Messages of errors that nobody foresaw may quote a payload: only the kind and the place are told. */
function endOnUnforeseen(log: Logger): void {
  const end = (error: unknown): void => {
    const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
    const kind = error instanceof Error ? error.name : typeof error;
    log.error({ kind, at: frames.slice(0, 10).map((line) => line.trim()) }, 'the worker broke');
    process.exit(FAILED);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
