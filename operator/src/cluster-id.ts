import { type Logger } from '@streamjob/telemetry';
import { ConfigError } from './config/load.ts';
import { ForbiddenError, resources, type KubeApi } from './kube/index.ts';
import { isAborted, sleep, type Clock } from './runtime/index.ts';

const RETRY_MS = 2_000;

/**
 * What tells this cluster's consumers from another's: the configured id, else the UID of kube-system. Waits for an API
 * server that is away; undefined when the signal aborts first; a ConfigError when reading it isn't allowed.
 */
export async function resolveClusterId(
  api: KubeApi,
  configured: string,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<string | undefined> {
  if (configured !== '') return configured;
  while (!signal.aborted) {
    try {
      return (await api.get(resources.namespaces, { name: 'kube-system' }, { signal })).metadata.uid;
    } catch (error) {
      if (error instanceof ForbiddenError)
        throw new ConfigError('clusterId: must be set, since this operator may not read the namespace kube-system', {
          cause: error,
        });
      if (!isAborted(signal)) log.warn({ error }, 'the API server does not answer, trying again');
      await sleep(clock, RETRY_MS, signal);
    }
  }
  return undefined;
}
