import { createHash } from 'node:crypto';
import { run, succeeds } from '../../process/run.ts';
import { poll } from '../../process/poll.ts';
import { type Addresses, addressesIn, chooseBlock, rangesOf } from './addresses.ts';
import { insideCommand, type Sandbox } from './sandbox.ts';

/** A block of addresses that no route of this machine covers. */
export async function chooseFreeBlock(): Promise<string> {
  return chooseBlock(rangesOf(await run('ip', ['-json', '-4', 'route', 'show', 'table', 'all'])));
}

/** The host's end of the cluster's only cable; 15 characters at most. */
export function hostInterface(clusterName: string): string {
  return `sj-${createHash('sha256').update(clusterName).digest('hex').slice(0, 10)}`;
}

/**
 * Connects host and node by a cable. The node has no route but to its own block, so nothing that runs inside can send a
 * packet out of this machine; the host reaches node, pods and Services. The host's lasting "unreachable" route keeps
 * packets to a cluster that died from following the default route.
 */
export async function connect(sandbox: Sandbox, clusterName: string, addresses: Addresses): Promise<void> {
  const cable = hostInterface(clusterName);
  await run('ip', unreachableRoute('replace', addresses.range));
  await run('ip', ['link', 'add', 'name', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${sandbox.pid}`]);
  await run('ip', ['address', 'add', `${addresses.host}/${addresses.nodeMask}`, 'dev', cable]);
  await run('ip', ['link', 'set', cable, 'up']);
  await run('ip', ['route', 'add', addresses.range, 'via', addresses.node, 'dev', cable]);
  await loadModules();
  const [command, args] = insideCommand(sandbox, ['sh', '-euc', nodeNetwork(addresses)]);
  await run(command, args);
}

/** Removes what the host has of a cluster's network, whether or not it is there. */
export async function disconnect(clusterName: string, block: string | undefined): Promise<void> {
  const cable = hostInterface(clusterName);
  // The kernel removes the cable with the namespace at its other end, a moment after the last process.
  const gone = async (): Promise<boolean> => !(await succeeds('ip', ['link', 'show', cable]));
  if (!(await gone())) {
    await succeeds('ip', ['link', 'delete', cable]);
    await poll(`network interface ${cable} is gone`, gone, { timeoutMs: 10_000 });
  }
  if (block !== undefined) await succeeds('ip', unreachableRoute('delete', addressesIn(block).range));
}

function unreachableRoute(verb: 'replace' | 'delete', range: string): string[] {
  return ['route', verb, 'unreachable', range, 'metric', '4278198272'];
}

// Pods of one node talk through a bridge: without this setting answers would bypass the translation of addresses.
const BRIDGE_SETTING = '/proc/sys/net/bridge/bridge-nf-call-iptables';

async function loadModules(): Promise<void> {
  if (await succeeds('test', ['-e', BRIDGE_SETTING])) return;
  await succeeds('modprobe', ['--all', 'br_netfilter', 'overlay']);
}

/** The bridge takes the Service range before kube-proxy knows a Service: such packets end there. */
function nodeNetwork({ node, nodeMask, podGateway, podMask, serviceRange }: Addresses): string {
  return `
ip link set lo up
ip address add ${node}/${nodeMask} dev eth0
ip link set eth0 up
ip link add name cni0 type bridge
ip address add ${podGateway}/${podMask} dev cni0
ip link set cni0 up
ip route add ${serviceRange} dev cni0
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > ${BRIDGE_SETTING}
`;
}
