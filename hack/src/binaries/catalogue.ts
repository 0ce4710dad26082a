import { versions } from '../versions.ts';

/** The programs that hack/ builds from Go modules. */
export const binaryNames = [
  'kube-apiserver',
  'kubectl',
  'etcd',
  'nats-server',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'coredns',
  'pause',
  'helm',
  'kind',
] as const;
export type BinaryName = (typeof binaryNames)[number];

/** What the integration tests run. */
export const controlPlaneBinaries: readonly BinaryName[] = ['etcd', 'kube-apiserver', 'kubectl', 'nats-server'];
/** What works with a cluster of either kind. */
export const clusterBinaries: readonly BinaryName[] = ['kubectl', 'helm', 'nats-server'];
/** What a cluster made of local components runs. */
export const localClusterBinaries: readonly BinaryName[] = binaryNames.filter((name) => name !== 'kind');
/** What is needed beside a container engine. */
export const kindClusterBinaries: readonly BinaryName[] = ['kind', ...clusterBinaries];

/** How a binary is built. Those of one recipe are built by one command, which shares their compiled packages. */
export interface Recipe {
  readonly title: string;
  /** A folder under hack/go with its own go.mod and go.sum; without it the module's own are used (`go install`). */
  readonly module?: string;
  readonly tags?: string;
  readonly ldflags: string;
  /** Package by binary; the part after @ is the version, for `go install`. */
  readonly packages: Partial<Record<BinaryName, string>>;
  /** Seconds of a build from nothing on two cores. */
  readonly coldSeconds: number;
}

const STRIP = '-s -w';
const [major, minor] = versions.kubernetes.split('.');
/** The components ask one package for their version and the clients inside them another. */
const KUBE_VERSION = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .flatMap((path) => [
    `${path}.gitVersion=v${versions.kubernetes}`,
    `${path}.gitMajor=${major}`,
    `${path}.gitMinor=${minor}`,
  ])
  .map((assignment) => `-X ${assignment}`)
  .join(' ');

export const recipes: readonly Recipe[] = [
  {
    title: `etcd ${versions.etcd}`,
    module: 'etcd',
    ldflags: STRIP,
    packages: { etcd: 'go.etcd.io/etcd/server/v3' },
    coldSeconds: 40,
  },
  {
    title: `nats-server ${versions.natsServer}`,
    ldflags: STRIP,
    packages: { 'nats-server': `github.com/nats-io/nats-server/v2@v${versions.natsServer}` },
    coldSeconds: 30,
  },
  {
    title: `Kubernetes ${versions.kubernetes}`,
    module: 'kubernetes',
    tags: 'providerless',
    ldflags: `${STRIP} ${KUBE_VERSION}`,
    packages: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
      'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
    },
    coldSeconds: 330,
  },
  {
    title: `CoreDNS ${versions.coredns}`,
    module: 'coredns',
    ldflags: STRIP,
    packages: { coredns: '.' },
    coldSeconds: 60,
  },
  {
    title: 'pause',
    module: 'pause',
    ldflags: STRIP,
    packages: { pause: '.' },
    coldSeconds: 2,
  },
  {
    title: `Helm ${versions.helm}`,
    ldflags: `${STRIP} -X helm.sh/helm/v4/internal/version.version=v${versions.helm}`,
    packages: { helm: `helm.sh/helm/v4/cmd/helm@v${versions.helm}` },
    coldSeconds: 105,
  },
  {
    title: `kind ${versions.kind}`,
    ldflags: STRIP,
    packages: { kind: `sigs.k8s.io/kind@v${versions.kind}` },
    coldSeconds: 30,
  },
];

/** The recipe for each of the named binaries, with only those packages. */
export function recipesFor(names: readonly BinaryName[]): Recipe[] {
  const wanted = new Set<string>(names);
  return recipes.flatMap((recipe) => {
    const packages = Object.fromEntries(Object.entries(recipe.packages).filter(([name]) => wanted.has(name)));
    return Object.keys(packages).length === 0 ? [] : [{ ...recipe, packages }];
  });
}
