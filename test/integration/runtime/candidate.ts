/**
 * A process that campaigns for a Lease and, while it leads, writes its name into a ConfigMap as often as it can.
 * Arguments: kubeconfig, identity. Each write that it thinks it may make goes through the guard.
 */
import { createElector, sleep, systemClock } from '../../../operator/src/runtime/index.ts';
import { createKubeApi, createLeaseStore, loadEndpoint, resources } from '@streamjob/operator';
import { createLogger } from '@streamjob/telemetry';

const [, , kubeconfig = '', identity = ''] = process.argv;
const endpoint = loadEndpoint(kubeconfig);
const clock = systemClock;
const log = createLogger({ name: identity, level: 'info' });
const store = createLeaseStore(createKubeApi({ endpoint, clock }), { namespace: 'default', name: 'candidates' });
const elector = createElector({ store, identity, clock, log });
const api = createKubeApi({
  endpoint,
  clock,
  guard: (deadlineMs) => {
    elector.guard(deadlineMs);
  },
});

const stop = new AbortController();
process.on('SIGTERM', () => {
  stop.abort();
});
const lost = await elector.acquire(stop.signal);
if (lost !== undefined) {
  const until = AbortSignal.any([stop.signal, lost]);
  for (let count = 1; !until.aborted; count += 1) {
    const metadata = { name: `write-${identity}`, namespace: 'default' };
    const desired = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { identity, count: String(count) } };
    await api.apply(resources.configMaps, desired).catch((error: unknown) => {
      log.warn({ error }, 'a write was refused');
    });
    await sleep(clock, 50, until);
  }
  await elector.release();
}
process.exit(lost?.aborted === true ? 1 : 0);
