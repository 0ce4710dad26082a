import { connect, NatsError } from '@streamjob/nats';
import { StreamReplacedError, type Selection } from '../dead-letters/index.ts';
import { readManifest } from '../job.ts';
import { UsageError } from '../options.ts';
import { parseDeadLettersCommand, type DeadLetterOptions, type DeadLettersCommand } from './dead-letters-options.ts';
import { runDelete } from './delete.ts';
import { runList } from './list.ts';
import { printable } from './printable.ts';
import { runReplay } from './replay.ts';
import { ProgressLine } from './screen.ts';
import type { CommandContext, Session } from './session.ts';
import { runShow } from './show.ts';

const FAILED = 1;
const INTERRUPTED = 'interrupted; run it again to go on\n';

/** Runs `worker dead-letters …` and answers its exit code. */
export async function runDeadLetters(args: readonly string[], context: CommandContext): Promise<number> {
  const { screen, clock, signal } = context;
  try {
    const parsed = parseDeadLettersCommand(args, clock.wallMs(), (text) => {
      screen.out(text);
    });
    return await connected(parsed, context);
  } catch (error) {
    if (error instanceof UsageError) {
      if (error.exitCode !== 0) screen.err(`${error.message}\n`);
      return error.exitCode;
    }
    if (signal.aborted) screen.err(INTERRUPTED);
    else if (isForeseen(error)) screen.err(`${printable(error.message)}\n`);
    else throw error;
    return FAILED;
  }
}

function isForeseen(error: unknown): error is Error {
  return error instanceof NatsError || error instanceof StreamReplacedError;
}

async function connected(parsed: DeadLettersCommand, context: CommandContext): Promise<number> {
  const { options } = parsed;
  const selection = selectionOf(options);
  const { signal, clock, screen } = context;
  const closing = new AbortController();
  const nats = await connect(
    {
      servers: options.nats,
      name: `streamjob dead-letters ${parsed.command}`,
      ...(options.natsCaFile !== undefined && { caFile: options.natsCaFile }),
      ...(options.natsCredentialsDir !== undefined && { credentialsDir: options.natsCredentialsDir }),
      ...(options.natsTlsServerName !== undefined && { tls: { serverName: options.natsTlsServerName } }),
    },
    { signal: closing.signal },
  );
  const progress = new ProgressLine(screen, () => clock.monotonicMs());
  try {
    signal.throwIfAborted();
    return await run(parsed, { ...context, nats, selection, progress });
  } finally {
    progress.clear();
    await nats.close();
  }
}

function run(parsed: DeadLettersCommand, session: Session): Promise<number> {
  switch (parsed.command) {
    case 'list':
      return runList(parsed.options, session);
    case 'show':
      return runShow(parsed.options, session);
    case 'replay':
      return runReplay(parsed.options, session);
    case 'delete':
      return runDelete(parsed.options, session);
  }
}

function selectionOf(options: DeadLetterOptions): Selection {
  const { stream, subjectPrefix, reason, step, id, since, until, limit } = options;
  const { namespace, name } = options.job === undefined ? options : readManifest(options.job).metadata;
  return {
    stream,
    subjectPrefix,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { job: name }),
    ...(step.length > 0 && { steps: step }),
    ...(reason.length > 0 && { reasons: reason }),
    ...(id.length > 0 && { ids: id }),
    ...(since !== undefined && { sinceMs: since }),
    ...(until !== undefined && { untilMs: until }),
    ...(limit !== undefined && { limit }),
  };
}
