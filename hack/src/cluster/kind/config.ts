import { auditFlags } from '../../control-plane/index.ts';

const AUDIT_DIR = '/etc/kubernetes/audit';

/**
 * One node whose API server logs every write to `audit.log` in `auditDir`, where `policy.yaml` lies. On the old kind of
 * cgroups kubelet must be told that they are meant.
 */
export function kindConfig(auditDir: string, hasOldCgroups: boolean): string {
  // Without an apiVersion, kind fits a patch to whichever one the node image's kubeadm speaks.
  const patches = [
    { kind: 'ClusterConfiguration', apiServer: { extraArgs: auditArgs(), extraVolumes: [auditVolume()] } },
    ...(hasOldCgroups ? [{ kind: 'KubeletConfiguration', failCgroupV1: false }] : []),
  ];
  return JSON.stringify({
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    kind: 'Cluster',
    nodes: [{ role: 'control-plane', extraMounts: [{ hostPath: auditDir, containerPath: AUDIT_DIR }] }],
    kubeadmConfigPatches: patches.map((patch) => JSON.stringify(patch)),
  });
}

function auditArgs(): Record<string, string> {
  const flags = auditFlags(`${AUDIT_DIR}/policy.yaml`, `${AUDIT_DIR}/audit.log`);
  return Object.fromEntries(flags.map((flag) => flag.replace(/^--/, '').split('=') as [string, string]));
}

function auditVolume(): object {
  return { name: 'audit', hostPath: AUDIT_DIR, mountPath: AUDIT_DIR, readOnly: false, pathType: 'DirectoryOrCreate' };
}
