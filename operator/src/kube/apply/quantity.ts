const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a Kubernetes quantity (`100m`, `0.5Gi`, `1e3`) stands for; undefined when it is none. */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const [, digits, exponent, suffix] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const factor = exponent === undefined ? FACTORS[suffix ?? ''] : Number(`1${exponent}`);
  return factor === undefined ? undefined : Number(digits) * factor;
}

/** Whether two quantities are the same number: the API server rewrites `0.1` as `100m`. */
export function isSameQuantity(left: unknown, right: unknown): boolean {
  const [a, b] = [parseQuantity(left), parseQuantity(right)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= Math.abs(a) * 1e-12;
}
