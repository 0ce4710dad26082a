import { resolveDefaults, showHttpTarget, type ResolvedManifest } from '@streamjob/crds';
import { type DesiredDeployment } from '../../kube/objects.ts';
import { usedHosts } from '../http-hosts.ts';
import { CA_KEY, HTTP_CA_KEY, MANIFEST_KEY } from '../names.ts';
import { authorities } from './config-map.ts';
import { limitMebibytes, moduleMebibytes } from '../module-memory.ts';
import { type RenderContext } from './context.ts';
import { WORKER_PORT } from '../../worker-port.ts';
import { paths, stepModules, stepSecrets, volumeMounts } from './volumes.ts';

type PodSpec = NonNullable<NonNullable<DesiredDeployment['spec']>['template']['spec']>;
type Container = PodSpec['containers'][number];
type Resources = NonNullable<Container['resources']>;

/** Of the memory limit: the rest is for buffers, code and the runtime outside the JavaScript heap. */
const HEAP_SHARE = 0.6;

export function container(context: RenderContext): Container {
  const { worker, manifest } = context;
  const resolved = resolveDefaults(manifest);
  const resources = structuredClone(resolved.spec.worker.resources) as Resources;
  const heap = heapMebibytes(resolved);
  return {
    name: 'worker',
    image: worker.image,
    imagePullPolicy: worker.imagePullPolicy,
    args: workerArguments(context),
    ...(heap === undefined ? {} : { env: [{ name: 'NODE_OPTIONS', value: `--max-old-space-size=${heap}` }] }),
    ports: [{ name: 'http', containerPort: WORKER_PORT, protocol: 'TCP' }],
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    ...probes(),
    volumeMounts: volumeMounts(context),
  };
}

/** What is left to the worker itself by the processes of its modules. */
function heapMebibytes({ spec }: ResolvedManifest): number | undefined {
  const limit = limitMebibytes(spec);
  return limit === undefined ? undefined : Math.max(32, Math.floor((limit - moduleMebibytes(spec)) * HEAP_SHARE));
}

function probes(): Pick<Container, 'startupProbe' | 'livenessProbe' | 'readinessProbe'> {
  const get = (path: string) => ({ httpGet: { path, port: WORKER_PORT } });
  return {
    startupProbe: { ...get('/livez'), periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...get('/livez'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    readinessProbe: { ...get('/readyz'), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 },
  };
}

/** What a worker needs beyond its manifest; none of it is part of the revision. */
export function workerArguments(context: RenderContext): string[] {
  const { job, manifest, hash, clusterId, worker, connection, consumer, credentialsSecretName } = context;
  const optional: readonly (readonly [string, string | undefined])[] = [
    ['--nats-ca-file', connection.caBundle === undefined ? undefined : `${paths.connection}/${CA_KEY}`],
    ['--nats-credentials-dir', credentialsSecretName === undefined ? undefined : paths.credentials],
    ['--nats-tls-server-name', connection.tls?.serverName],
    ['--dead-letter-stream', connection.deadLetter?.stream],
    ['--dead-letter-subject', connection.deadLetter?.subjectPrefix],
    ['--accept-source-created', context.acceptedSource],
    ['--secrets-dir', stepSecrets(manifest).length === 0 ? undefined : paths.secrets],
    ['--modules-dir', stepModules(manifest).length === 0 ? undefined : paths.modules],
  ];
  return [
    `--job=${paths.job}/${MANIFEST_KEY}`,
    `--nats=${connection.urls.join(',')}`,
    `--consumer=${consumer}`,
    `--uid=${job.uid}`,
    `--cluster-id=${clusterId}`,
    `--revision=${hash}`,
    `--port=${WORKER_PORT}`,
    `--state-dir=${paths.state}`,
    `--log-level=${worker.logLevel}`,
    ...optional.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`])),
    ...httpArguments(context),
  ];
}

/** The hosts that the job uses, not all that it may: another host for others must roll nobody's pods. */
function httpArguments(context: RenderContext): string[] {
  const { job, manifest, http } = context;
  const hosts = usedHosts(manifest, job.namespace, http).map(({ target }) => `--http-host=${showHttpTarget(target)}`);
  if (hosts.length === 0) return [];
  const bundle = HTTP_CA_KEY in authorities(context) ? [`--http-ca-file=${paths.connection}/${HTTP_CA_KEY}`] : [];
  return [...hosts, ...(http.allowLocalAddresses ? ['--http-allow-local'] : []), ...bundle];
}
