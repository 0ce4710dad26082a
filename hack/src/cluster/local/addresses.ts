/** The addresses of one local cluster, all inside one /16 block. */
export interface Addresses {
  readonly block: string;
  readonly range: string;
  readonly host: string;
  readonly node: string;
  readonly nodeMask: number;
  readonly podRange: string;
  readonly podGateway: string;
  readonly podMask: number;
  readonly serviceRange: string;
  /** The Service `kubernetes`. */
  readonly apiService: string;
  readonly dnsService: string;
}

/** Host and node in x.y.0.0/24, pods in x.y.64.0/18, Services in x.y.128.0/18. */
export function addressesIn(block: string): Addresses {
  return {
    block,
    range: `${block}.0.0/16`,
    host: `${block}.0.1`,
    node: `${block}.0.2`,
    nodeMask: 24,
    podRange: `${block}.64.0/18`,
    podGateway: `${block}.64.1`,
    podMask: 18,
    serviceRange: `${block}.128.0/18`,
    apiService: `${block}.128.1`,
    dnsService: `${block}.128.10`,
  };
}

/** Blocks to try, the likeliest to be free first; 198.18/15 is for tests of networks and routed nowhere. */
export const candidateBlocks: readonly string[] = [
  ...count(200, 255).map((second) => `10.${second}`),
  ...count(18, 32).map((second) => `172.${second}`),
  '198.18',
  '198.19',
];

/** The first block that none of the used ranges (`10.0.0.0/8`, `192.0.2.7`) touches. Throws when there is none. */
export function chooseBlock(usedRanges: readonly string[]): string {
  const used = usedRanges.flatMap((range) => parseRange(range) ?? []);
  const free = candidateBlocks.find((block) => {
    const wanted = parseRange(`${block}.0.0/16`);
    return wanted !== undefined && used.every((range) => !overlap(wanted, range));
  });
  if (free !== undefined) return free;
  throw new Error("this machine's routes leave no /16 of private addresses free for a cluster");
}

/** The destinations of `ip -json route show table all`, without the default routes. */
export function rangesOf(routesJson: string): string[] {
  const routes = JSON.parse(routesJson) as { dst?: string }[];
  return routes.flatMap(({ dst }) => (dst === undefined || dst === 'default' || dst === '0.0.0.0/0' ? [] : [dst]));
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function parseRange(text: string): Range | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1, 5).map(Number);
  const mask = Number(match[5] ?? 32);
  const size = 2 ** (32 - mask);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

function overlap(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
