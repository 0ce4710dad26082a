const UNITS: Readonly<Record<string, number>> = {
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

const QUANTITY = /^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([eE][+-]?[0-9]+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** The number that a Kubernetes quantity stands for; undefined when the text isn't one. */
export function quantity(text: string | number): number | undefined {
  const match = QUANTITY.exec(String(text));
  if (match === null) return undefined;
  const [, digits, exponent, unit] = match;
  return exponent === undefined ? Number(digits) * (UNITS[unit ?? ''] ?? 1) : Number(`${digits ?? ''}${exponent}`);
}

/** A quantity of memory in whole mebibytes; undefined when the text isn't one. */
export function mebibytes(text: string | number): number | undefined {
  const bytes = quantity(text);
  return bytes === undefined ? undefined : Math.floor(bytes / 2 ** 20);
}
