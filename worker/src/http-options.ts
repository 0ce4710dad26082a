import { parseHttpHost } from '@streamjob/crds';
import { InvalidArgumentError, type Command } from 'commander';
import type { Clock } from './clock.ts';
import { createHttpClient, type HttpClient } from './http/index.ts';

/** Where a worker, or a replay, may send HTTP requests to. */
export type HttpOptions = {
  /** As `parseHttpHost` reads them. */
  readonly httpHost: readonly string[];
  readonly httpAllowLocal: boolean;
  readonly httpCaFile?: string;
};

export function withHttpOptions(command: Command): Command {
  return command
    .option(
      '--http-host <host>',
      'host that HTTP requests may go to, such as hooks.example.com, *.example.com or http://receiver:8080; repeatable',
      collectHost,
      [],
    )
    .option('--http-allow-local', 'let HTTP requests go to loopback and link-local addresses', false)
    .option(
      '--http-ca-file <file>',
      'PEM bundle of authorities that HTTP servers are checked against, beside the usual',
    );
}

/** Sends requests to the hosts that were given, and to no other. */
export function openHttp({ httpHost, httpAllowLocal, httpCaFile }: HttpOptions, clock: Clock): HttpClient {
  const caFile = httpCaFile === undefined ? {} : { caFile: httpCaFile };
  return createHttpClient({ hosts: httpHost, allowLocal: httpAllowLocal, clock, ...caFile });
}

function collectHost(text: string, before: readonly string[]): readonly string[] {
  if (parseHttpHost(text) !== undefined) return [...before, text];
  throw new InvalidArgumentError('Give a host such as hooks.example.com, *.example.com or http://receiver:8080.');
}
