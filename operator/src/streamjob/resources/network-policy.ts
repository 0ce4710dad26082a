import { isIPv4, isIPv6 } from 'node:net';
import { type DesiredNetworkPolicy } from '../../kube/objects.ts';
import { selectorLabels, workerName } from '../names.ts';
import { type ConnectionConfig, type EgressPeer } from '../../config/schema.ts';
import { type RenderContext } from './context.ts';
import { metadata } from './metadata.ts';
import { WORKER_PORT } from '../../worker-port.ts';

type PolicySpec = NonNullable<DesiredNetworkPolicy['spec']>;
type EgressRule = NonNullable<PolicySpec['egress']>[number];
type Peer = NonNullable<EgressRule['to']>[number];

const NATS_PORT = 4222;
const DNS_PORT = 53;
/** Where NodeLocal DNSCache listens: it runs in the node's network, so no pod selector finds it. */
const NODE_LOCAL_DNS = '169.254.20.10/32';

/** Out: names and the connection. In: probes, progress and metrics. */
export function networkPolicy({ job, connection }: RenderContext): DesiredNetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(job, workerName(job.name)),
    spec: {
      podSelector: { matchLabels: selectorLabels(job.name) },
      policyTypes: ['Ingress', 'Egress'],
      // No `from`: the kubelet probes from the node's address, which no selector names.
      ingress: [{ ports: [{ protocol: 'TCP', port: WORKER_PORT }] }],
      egress: [dns(), ...brokers(connection)],
    },
  };
}

function dns(): EgressRule {
  return {
    to: [{ namespaceSelector: {} }, { ipBlock: { cidr: NODE_LOCAL_DNS } }],
    ports: [
      { protocol: 'UDP', port: DNS_PORT },
      { protocol: 'TCP', port: DNS_PORT },
    ],
  };
}

/** A rule without peers would allow every address, so a connection that names none gets no rule. */
function brokers(connection: ConnectionConfig): EgressRule[] {
  const to = [...connection.egress.map(peer), ...addresses(connection.urls)];
  if (to.length === 0) return [];
  const ports = [...new Set(connection.urls.map(portOf))].sort((a, b) => a - b);
  return [{ to, ports: ports.map((port) => ({ protocol: 'TCP', port })) }];
}

function peer(target: EgressPeer): Peer {
  return 'cidr' in target ? { ipBlock: { cidr: target.cidr } } : (structuredClone(target) as Peer);
}

/** URLs that hold addresses name their peers themselves. */
function addresses(urls: readonly string[]): Peer[] {
  return urls.map(hostOf).flatMap((host) => {
    if (isIPv4(host)) return [{ ipBlock: { cidr: `${host}/32` } }];
    return isIPv6(host) ? [{ ipBlock: { cidr: `${host}/128` } }] : [];
  });
}

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');

function portOf(url: string): number {
  const { port } = new URL(url);
  return port === '' ? NATS_PORT : Number(port);
}
