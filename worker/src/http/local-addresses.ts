import { BlockList, isIP } from 'node:net';

/** Unspecified, loopback, link-local (where clouds serve the node's credentials), multicast, broadcast. */
const LOCAL_IPV4: readonly (readonly [net: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['255.255.255.255', 32],
];
const LOCAL_IPV6: typeof LOCAL_IPV4 = [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  ['ff00::', 8],
];
/** Where some clouds serve credentials beside the link-local addresses. */
const METADATA: typeof LOCAL_IPV4 = [
  ['100.100.100.200', 32],
  ['fd00:ec2::254', 128],
];

const list = blockList();

/** Whether an IPv4 or IPv6 address leads to this pod or its node, also when an IPv6 address holds it in disguise. */
export function isLocalAddress(address: string): boolean {
  const [bare = ''] = address.replace(/^\[|\]$/g, '').split('%');
  const family = isIP(bare);
  return family !== 0 && list.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

function blockList(): BlockList {
  const blocked = new BlockList();
  for (const [net, bits] of [...LOCAL_IPV4, ...LOCAL_IPV6, ...METADATA]) {
    if (isIP(net) === 6) blocked.addSubnet(net, bits, 'ipv6');
    else addEmbedded(blocked, net, bits);
  }
  return blocked;
}

/** IPv4 by itself (which covers the mapped form), as a compatible address, behind NAT64 and as 6to4. */
function addEmbedded(blocked: BlockList, net: string, bits: number): void {
  const [a = 0, b = 0, c = 0, d = 0] = net.split('.').map(Number);
  const [high, low] = [a * 256 + b, c * 256 + d].map((word) => word.toString(16));
  blocked.addSubnet(net, bits, 'ipv4');
  blocked.addSubnet(`::${high}:${low}`, 96 + bits, 'ipv6');
  blocked.addSubnet(`64:ff9b::${high}:${low}`, 96 + bits, 'ipv6');
  blocked.addSubnet(`2002:${high}:${low}::`, 16 + bits, 'ipv6');
}
