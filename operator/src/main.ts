#!/usr/bin/env node
import { createLogger } from '@streamjob/telemetry';
import { CommanderError } from 'commander';
import { ConfigError } from './config/load.ts';
import { loadEndpoint } from './kube/index.ts';
import { runOperator } from './operator.ts';
import { readOptions, type Options } from './options.ts';
import { systemClock } from './runtime/index.ts';
import { createStreamJobController } from './streamjob/index.ts';

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs until SIGTERM or SIGINT; a second one ends the process at once. */
async function main(): Promise<number> {
  const options = readOptionsOrExplain();
  if (typeof options === 'number') return options;
  const { config, logLevel, port, kubeconfig, leaderElection } = options;
  const log = createLogger({ name: 'operator', level: logLevel });
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(EXIT.failed);
      log.info({ signal: name }, 'asked to stop');
      stop.abort();
    });
  try {
    const ending = await runOperator(
      {
        endpoint: loadEndpoint(kubeconfig),
        config,
        port,
        clock: systemClock,
        log,
        controllers: (deps) => [createStreamJobController(deps)],
        ...(leaderElection && { leaderElection }),
      },
      stop.signal,
    );
    log.info({ ending }, 'stopped');
    return ending === 'stopped' ? EXIT.ok : EXIT.failed;
  } catch (error) {
    log.error({ error }, 'the operator failed');
    return error instanceof ConfigError ? EXIT.usage : EXIT.failed;
  }
}

/** The options, or the exit code when there is nothing to run. */
function readOptionsOrExplain(): Options | number {
  try {
    return readOptions(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
}

// What lingers, a hung socket say, must not keep a process that has stopped.
process.exit(await main());
