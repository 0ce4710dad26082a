import { type Addresses } from './addresses.ts';
import { cgroupOf } from './cgroups.ts';
import { type ClusterKeys } from './keys.ts';
import { CONTAINERD_SOCKET, type Layout } from './layout.ts';

/** containerd's own folders are the usual ones: inside the sandbox they are the cluster's. */
export function containerdConfig(pauseImage: string, cniBinDir: string, layout: Layout): string {
  return `version = 2
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${cniBinDir}"
  conf_dir = "${layout.file('cni')}"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
`;
}

/** Pods on one bridge, with host ports. */
export function cniConfig({ podRange }: Addresses): string {
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: podRange }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}

/** A full disk evicts nothing, and no image is removed: none could be pulled again. */
export function kubeletConfig(layout: Layout, keys: ClusterKeys, { node, dnsService }: Addresses): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: node,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: keys.clientAuthority.certPath },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: keys.kubeletServing.certPath,
    tlsPrivateKeyFile: keys.kubeletServing.keyPath,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroupOf(layout.name)}`,
    failCgroupV1: false,
    failSwapOn: false,
    featureGates: { KubeletInUserNamespace: true },
    enforceNodeAllocatable: ['pods'],
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
    },
    imageGCHighThresholdPercent: 100,
    clusterDomain: 'cluster.local',
    clusterDNS: [dnsService],
    resolvConf: layout.file('resolv.conf'),
    podLogsDir: `${layout.dir}/pod-logs`,
    volumePluginDir: '/var/lib/kubelet/volume-plugins',
    maxPods: 250,
  });
}

export function proxyConfig(layout: Layout, nodeName: string, { podRange }: Addresses): string {
  return JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: layout.file('kube-proxy.kubeconfig') },
    mode: 'iptables',
    clusterCIDR: podRange,
    hostnameOverride: nodeName,
    // The table of connections is the machine's, and its limits are not ours to set.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  });
}
