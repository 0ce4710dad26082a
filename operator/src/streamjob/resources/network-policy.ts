import { isIPv4, isIPv6 } from 'node:net';
import { type DesiredNetworkPolicy } from '../../kube/objects.ts';
import { usedHosts } from '../http-hosts.ts';
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
const ALL_IPV4 = '0.0.0.0/0';
/** The last is where clouds serve the node's credentials. */
const LOCAL_IPV4 = ['127.0.0.0/8', '169.254.0.0/16'];
/** Where NodeLocal DNSCache listens: it runs in the node's network, so no pod selector finds it. */
const NODE_LOCAL_DNS = '169.254.20.10/32';

/** Out: names, the connection and the HTTP hosts that the job uses. In: probes, progress and metrics. */
export function networkPolicy(context: RenderContext): DesiredNetworkPolicy {
  const { job, connection } = context;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(job, workerName(job.name)),
    spec: {
      podSelector: { matchLabels: selectorLabels(job.name) },
      policyTypes: ['Ingress', 'Egress'],
      // No `from`: the kubelet probes from the node's address, which no selector names.
      ingress: [{ ports: [{ protocol: 'TCP', port: WORKER_PORT }] }],
      egress: [dns(), ...brokers(connection), ...httpServers(context)],
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

function httpServers({ job, manifest, http }: RenderContext): EgressRule[] {
  return usedHosts(manifest, job.namespace, http).map(({ target, config }) => ({
    to: [
      ...config.egress.map((one) => (http.allowLocalAddresses ? peer(one) : withoutLocal(peer(one)))),
      ...addresses([`${config.scheme}://${config.host}`]),
    ],
    ports: [{ protocol: 'TCP', port: target.port }],
  }));
}

/** "Everywhere" means the internet, not the node that the pod runs on. */
function withoutLocal(one: Peer): Peer {
  const cidr = one.ipBlock?.cidr;
  return cidr === ALL_IPV4 ? { ipBlock: { cidr, except: LOCAL_IPV4 } } : one;
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
