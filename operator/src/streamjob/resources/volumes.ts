import { type WorkerManifest } from '@streamjob/crds';
import { type DesiredDeployment } from '../../kube/objects.ts';
import { connectionName, manifestName } from '../names.ts';
import { connectionConfigMap } from './config-map.ts';
import { type RenderContext } from './context.ts';

type PodSpec = NonNullable<NonNullable<DesiredDeployment['spec']>['template']['spec']>;
type Volume = NonNullable<PodSpec['volumes']>[number];
type VolumeMount = NonNullable<PodSpec['containers'][number]['volumeMounts']>[number];

/** Where things lie in a worker's file system. */
export const paths = {
  job: '/etc/streamjob/job',
  credentials: '/etc/streamjob/credentials',
  connection: '/etc/streamjob/connection',
  secrets: '/etc/streamjob/secrets',
  modules: '/etc/streamjob/modules',
  state: '/var/lib/streamjob',
} as const;

/** Secrets that steps and sinks name, once each. The kubelet mounts them; the operator never reads them. */
export function stepSecrets(manifest: WorkerManifest): readonly string[] {
  const names = (manifest.spec.steps ?? []).flatMap((step) => {
    if ('enrich' in step) return ('http' in step.enrich ? step.enrich.http.credentialsSecretName : undefined) ?? [];
    return 'redact' in step ? (step.redact.keySecretName ?? []) : [];
  });
  const tokens = manifest.spec.sinks.flatMap((sink) => ('http' in sink ? (sink.http.credentialsSecretName ?? []) : []));
  return [...new Set([...names, ...tokens])].sort();
}

/** What the names of volumes with modules begin with. */
export const MODULE_VOLUME = 'module-';

/** ConfigMaps whose modules steps name, once each. The kubelet mounts them; the operator never reads them. */
export function stepModules(manifest: WorkerManifest): readonly string[] {
  const names = (manifest.spec.steps ?? []).flatMap((step) =>
    'code' in step ? (step.code.configMap?.name ?? []) : [],
  );
  return [...new Set(names)].sort();
}

export function volumes(context: RenderContext): Volume[] {
  const { job, manifest, hash, credentialsSecretName } = context;
  const list: Volume[] = [
    { name: 'job', configMap: { name: manifestName(job.name, hash) } },
    { name: 'state', emptyDir: { sizeLimit: '64Mi' } },
  ];
  if (credentialsSecretName !== undefined) {
    list.push({ name: 'credentials', secret: { secretName: credentialsSecretName } });
  }
  if (connectionConfigMap(context) !== undefined) {
    list.push({ name: 'connection', configMap: { name: connectionName(job.name) } });
  }
  return [
    ...list,
    ...stepSecrets(manifest).map((secretName, index) => ({ name: `secret-${index}`, secret: { secretName } })),
    ...stepModules(manifest).map((name, index) => ({ name: `${MODULE_VOLUME}${index}`, configMap: { name } })),
  ];
}

export function volumeMounts(context: RenderContext): VolumeMount[] {
  const { manifest, credentialsSecretName } = context;
  const list: VolumeMount[] = [
    { name: 'job', mountPath: paths.job, readOnly: true },
    { name: 'state', mountPath: paths.state },
  ];
  if (credentialsSecretName !== undefined) {
    list.push({ name: 'credentials', mountPath: paths.credentials, readOnly: true });
  }
  if (connectionConfigMap(context) !== undefined) {
    list.push({ name: 'connection', mountPath: paths.connection, readOnly: true });
  }
  return [
    ...list,
    ...stepSecrets(manifest).map((secretName, index) => ({
      name: `secret-${index}`,
      mountPath: `${paths.secrets}/${secretName}`,
      readOnly: true,
    })),
    ...stepModules(manifest).map((name, index) => ({
      name: `${MODULE_VOLUME}${index}`,
      mountPath: `${paths.modules}/${name}`,
      readOnly: true,
    })),
  ];
}
