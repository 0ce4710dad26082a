import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  manifestHash,
  resolveDefaults,
  validateStreamJob,
  workerManifest,
  type Problem,
  type ResolvedManifest,
} from '@streamjob/crds';
import { consumerName, parseServers } from '@streamjob/nats';
import { parseDocument } from 'yaml';
import { UsageError, type WorkerOptions } from './options.ts';
import { compilePipeline, type Pipeline, type PipelineOptions } from './pipeline/index.ts';

/** A job that is fit to run: validated, defaults filled in, with the names that belong to it. */
export type Job = {
  readonly manifest: ResolvedManifest;
  readonly uid: string;
  readonly revision: string;
  readonly consumer: string;
  /** Compiles the pipeline. Throws UsageError with every problem of the manifest. */
  compile(source: Pick<PipelineOptions, 'streamCreated' | 'maxPayloadBytes' | 'resources' | 'identify'>): Pipeline;
};

type JobOptions = Pick<
  WorkerOptions,
  'job' | 'nats' | 'consumer' | 'uid' | 'clusterId' | 'revision' | 'secretsDir' | 'modulesDir'
>;

const UNKNOWN_SOURCE = { streamCreated: '1970-01-01T00:00:00Z', maxPayloadBytes: 1024 * 1024 };

/** Reads the manifest and checks all of it, so that nothing is left to go wrong but the world. Throws UsageError. */
export function loadJob(options: JobOptions): Job {
  checkServers(options.nats);
  const manifest = readManifest(options.job);
  const resolved = resolveDefaults(manifest);
  const identity = { clusterId: options.clusterId, ...resolved.metadata };
  const uid = options.uid ?? deriveUid(identity);
  const secret = secretReader(options.secretsDir);
  const configMapText = configMapReader(options.modulesDir);
  const job: Job = {
    manifest: resolved,
    uid,
    revision: options.revision ?? manifestHash(manifest),
    consumer: options.consumer ?? consumerName(identity),
    compile: (source) => {
      const compiled = compilePipeline(resolved, { jobUid: uid, secret, configMapText, ...source });
      if (!compiled.ok) throw new UsageError(describe(options.job, compiled.problems));
      return compiled.pipeline;
    },
  };
  job.compile(UNKNOWN_SOURCE);
  return job;
}

function checkServers(servers: readonly string[]): void {
  try {
    parseServers(servers);
  } catch (error) {
    throw new UsageError(`--nats: ${error instanceof Error ? error.message : 'not an address'}`);
  }
}

/** The manifest in that file, as the worker needs it. Throws UsageError. */
export function readManifest(path: string): ReturnType<typeof workerManifest> {
  const document = parseDocument(readText(path));
  const [broken] = document.errors;
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line ?? 0;
    throw new UsageError(`${path} is not YAML: line ${line}: ${broken.code}`);
  }
  const checked = validateStreamJob(document.toJS());
  if (!checked.ok) throw new UsageError(describe(path, checked.problems));
  return workerManifest(checked.job);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--job: ${error instanceof Error ? error.message : path}`);
  }
}

function describe(path: string, problems: readonly Problem[]): string {
  const lines = problems.map(({ path: field, message, line, column = 1 }) => {
    const place = line === undefined ? '' : `, line ${line}, column ${column}`;
    return `  ${field}${place}: ${message.replaceAll('\n', '\n    ')}`;
  });
  return [`${path} is not a StreamJob that can run:`, ...lines].join('\n');
}

function deriveUid({ clusterId, namespace, name }: { clusterId: string; namespace: string; name: string }): string {
  const hash = createHash('sha256').update(`${clusterId}/${namespace}/${name}`).digest('hex').slice(0, 32);
  return `${clusterId}-${hash}`;
}

/** Reads entry `key` of a Secret that is mounted as a folder. */
function secretReader(secretsDir: string | undefined): PipelineOptions['secret'] {
  return (name) => {
    if (secretsDir === undefined) return undefined;
    try {
      return readFileSync(join(secretsDir, name, 'key'));
    } catch {
      return undefined;
    }
  };
}

/** Reads an entry of a ConfigMap that is mounted as a folder. */
function configMapReader(modulesDir: string | undefined): PipelineOptions['configMapText'] {
  return (name, key) => {
    if (modulesDir === undefined) return undefined;
    try {
      return readFileSync(join(modulesDir, name, key), 'utf8');
    } catch {
      return undefined;
    }
  };
}
