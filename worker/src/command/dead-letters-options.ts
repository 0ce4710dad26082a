import { parseDurationMs } from '@streamjob/crds';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { withHttpOptions, type HttpOptions } from '../http-options.ts';
import { parsePrefix, parseUrls, UsageError } from '../options.ts';

export type OutputFormat = 'table' | 'wide' | 'json';

/** What all commands about dead letters are given. */
export type DeadLetterOptions = {
  readonly nats: readonly string[];
  readonly natsCaFile?: string;
  readonly natsCredentialsDir?: string;
  readonly natsTlsServerName?: string;
  readonly stream: string;
  readonly subjectPrefix: string;
  /** File with the manifest; it names namespace and job. */
  readonly job?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly reason: readonly string[];
  readonly step: readonly string[];
  readonly id: readonly string[];
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  readonly output: OutputFormat;
};

export type ReplayCommandOptions = DeadLetterOptions &
  HttpOptions & {
    readonly job: string;
    readonly rate: number;
    readonly dryRun: boolean;
    readonly removeFiltered: boolean;
    readonly clusterId: string;
    readonly secretsDir?: string;
    readonly modulesDir?: string;
  };

export type DeadLettersCommand =
  | { readonly command: 'list'; readonly options: DeadLetterOptions & { readonly limit: number } }
  | {
      readonly command: 'show';
      readonly options: DeadLetterOptions & { readonly headersOnly: boolean; readonly raw: boolean };
    }
  | { readonly command: 'replay'; readonly options: ReplayCommandOptions }
  | {
      readonly command: 'delete';
      readonly options: DeadLetterOptions & { readonly all: boolean; readonly yes: boolean; readonly erase: boolean };
    };

type OptionsOf<C extends DeadLettersCommand['command']> = Extract<DeadLettersCommand, { command: C }>['options'];

const ALL_FORMATS: readonly OutputFormat[] = ['table', 'wide', 'json'];
const LISTED = 100;
const RATE_PER_SECOND = 500;

const EXAMPLES = `
Examples:
  worker dead-letters list --nats nats://127.0.0.1:4222 --namespace flights --since 2h
  worker dead-letters show --nats nats://127.0.0.1:4222 <id>
  worker dead-letters replay --nats nats://127.0.0.1:4222 --job job.yaml --reason Invalid --dry-run
  worker dead-letters delete --nats nats://127.0.0.1:4222 --job job.yaml --reason Undecodable --yes

Exit codes: 0 done, 1 something failed or stayed, 2 wrong arguments or a wrong manifest.`;

/** Parses the arguments behind `dead-letters`. Throws UsageError; `write` gets the text of --help. */
export function parseDeadLettersCommand(
  args: readonly string[],
  nowMs: number,
  write: (text: string) => void,
): DeadLettersCommand {
  let parsed: DeadLettersCommand | undefined;
  const program = new Command('worker dead-letters')
    .description('Lists, shows, replays and deletes the dead letters of StreamJobs.')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined });
  describeCommands(program, nowMs, (command) => {
    parsed = command;
  });
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(cure(error), error.exitCode === 0 ? 0 : 2);
    throw error;
  }
  if (parsed === undefined) throw new UsageError('Give a command (worker dead-letters --help tells all).');
  return checked(parsed);
}

function describeCommands(program: Command, nowMs: number, found: (command: DeadLettersCommand) => void): void {
  byName(withSelection(program.command('list'), nowMs, ALL_FORMATS))
    .description('List them with counts by reason. Payloads are not read.')
    .option('--limit <number>', 'rows to show at most; all are counted', parsePositive, LISTED)
    .action((options: OptionsOf<'list'>) => {
      found({ command: 'list', options });
    });
  byName(withSelection(program.command('show <id...>'), nowMs, ['table', 'json']))
    .description(
      "Show some with the message's own headers and its payload, which may hold personal data. Write -- before an id that begins with -.",
    )
    .option('--headers-only', 'leave the payload out', false)
    .option('--raw', "write the payload's bytes and nothing else", false)
    .action((ids: string[], options: OptionsOf<'show'>) => {
      found({ command: 'show', options: { ...options, id: [...options.id, ...ids] } });
    });
  withHttpOptions(withSelection(program.command('replay'), nowMs, ALL_FORMATS))
    .description(
      'Run the job as its manifest says now over them: results go to the sink that failed, or to all sinks when the ' +
        'message failed before them. One is removed when its results are confirmed; what fails again stays. Nothing is ' +
        'published to the source. It can be stopped and run again at any time.',
    )
    .option('--limit <number>', 'so many at most, the oldest first', parsePositive)
    .option('--rate <number>', 'dead letters a second at most', parsePositive, RATE_PER_SECOND)
    .option('--dry-run', 'tell what would become of each; nothing is emitted or removed', false)
    .option('--remove-filtered', 'remove also those of which the job wants nothing any more', false)
    .option('--cluster-id <id>', 'tells jobs of one name in several clusters apart', 'local')
    .option('--secrets-dir <dir>', 'directory with a folder for each Secret that steps name')
    .option('--modules-dir <dir>', 'directory with a folder for each ConfigMap that code steps name')
    .action((options: OptionsOf<'replay'>) => {
      found({ command: 'replay', options });
    });
  byName(withSelection(program.command('delete'), nowMs, ['table', 'json']))
    .description('Delete them for good; without --yes only count them.')
    .option('--limit <number>', 'so many at most, the oldest first', parsePositive)
    .option('--all', 'all of them, when nothing else selects', false)
    .option('--erase', 'also overwrite their bytes on disk; about a hundred a second', false)
    .option('--yes', 'really delete', false)
    .action((options: OptionsOf<'delete'>) => {
      found({ command: 'delete', options });
    });
}

function withSelection(command: Command, nowMs: number, formats: readonly OutputFormat[]): Command {
  const time = (text: string): number => parseTime(text, nowMs);
  return command
    .requiredOption('--nats <urls>', 'NATS servers, separated by commas', parseUrls)
    .option('--nats-ca-file <file>', 'PEM bundle of the authorities that servers are checked against')
    .option('--nats-credentials-dir <dir>', 'directory with nats.creds, nkey, token, or username and password')
    .option('--nats-tls-server-name <name>', "name that the servers' certificate must be for")
    .option('--stream <name>', 'stream of the dead letters', parseName, 'DEADLETTERS')
    .option('--subject-prefix <prefix>', 'what their subjects start with', parsePrefix, 'deadletters')
    .option('--job <file>', 'manifest of the job that they are of, YAML or JSON')
    .option('--reason <reason>', 'only of this reason; may be given again', collect, [])
    .option('--step <name>', 'only of this step or sink; may be given again', collectTokens, [])
    .option('--id <id>', 'only this one; may be given again', collectTokens, [])
    .option('--since <time>', 'written since then: RFC 3339, or 2h for two hours ago', time)
    .option('--until <time>', 'written before then', time)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(formats).default('table'))
    .allowExcessArguments(false);
}

/** Where no manifest is needed. */
function byName(command: Command): Command {
  return command
    .option('--namespace <name>', "the job's namespace, instead of --job", parseToken)
    .option('--name <name>', "the job's name, instead of --job", parseToken);
}

function checked(parsed: DeadLettersCommand): DeadLettersCommand {
  const { command, options } = parsed;
  if (command === 'replay' && (options as Partial<ReplayCommandOptions>).job === undefined) {
    throw new UsageError('Give the job with --job: replay runs what its manifest says.');
  }
  if (options.job !== undefined && (options.name !== undefined || options.namespace !== undefined)) {
    throw new UsageError('Give --job, or --namespace and --name: the manifest has both.');
  }
  if (command === 'delete' && !options.all && !selectsSome(options)) {
    throw new UsageError('Say which to delete: --job, --name, --reason, --step, --id, --since, --until, or --all.');
  }
  return parsed;
}

function selectsSome({ job, namespace, name, reason, step, id, since, until }: DeadLetterOptions): boolean {
  return (
    [job, namespace, name, since, until].some((one) => one !== undefined) || reason.length + step.length + id.length > 0
  );
}

function cure(error: CommanderError): string {
  if (error.code === 'commander.help') return 'Give a command: list, show, replay or delete (--help tells more).';
  return `${error.message.replace(/^error: /, '')} (worker dead-letters --help tells all)`;
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function collectTokens(text: string, before: readonly string[]): readonly string[] {
  return [...before, parseToken(text)];
}

/** What becomes part of a subject that is asked for: no wildcard, nothing that would end the token. */
function parseToken(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Give letters, digits, - and _.');
}

function parseName(text: string): string {
  if (/^[^\s.*>/\\]+$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of a stream.');
}

function parsePositive(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function parseTime(text: string, nowMs: number): number {
  const ago = parseDurationMs(text);
  if (ago !== undefined) return nowMs - ago;
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  throw new InvalidArgumentError('Give an RFC 3339 time, such as 2026-01-31T12:00:00Z, or a duration, such as 2h.');
}
