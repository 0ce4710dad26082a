import { pino, stdTimeFunctions, type DestinationStream } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Log = (fields: object, message: string) => void;

/** Writes one JSON line a call: a constant message, and fields that never hold payloads or secrets. */
export type Logger = Readonly<Record<LogLevel, Log>> & { child(fields: object): Logger };

export type LoggerOptions = {
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
};

/** Times are RFC 3339 and levels are words, so that a line reads the same in any log store. */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const discard = (): void => undefined;

/** For tests and for code that runs before options are known. */
export const silentLogger: Logger = {
  debug: discard,
  info: discard,
  warn: discard,
  error: discard,
  child: () => silentLogger,
};

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const cause = error.cause instanceof Error ? describeError(error.cause) : undefined;
  return { name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
