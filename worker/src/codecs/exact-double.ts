const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const INT64_SYNTAX = /^-?\d{1,19}$/;

/** A double keeps so many significant digits, whichever they are, of every number of its normal range. */
const DOUBLE_DIGITS = 15;
const SMALLEST_NORMAL = 2 ** -1022;

/** The 64-bit integer that a JSON number is; undefined when it is none. */
export function int64(source: string): bigint | undefined {
  if (!INT64_SYNTAX.test(source)) return undefined;
  const integer = BigInt(source);
  return integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : undefined;
}

/** Whether the double nearest to a JSON number is written back as the same decimal value. */
export function isHeldExactly(source: string): boolean {
  const value = Number(source);
  if (!Number.isFinite(value)) return false;
  if (source.length <= DOUBLE_DIGITS && Math.abs(value) >= SMALLEST_NORMAL) return true;
  return decimalForm(source) === decimalForm(String(value));
}

/** Significant digits and the power of ten of the last of them, so that 1.50e3 and 1500 are the same: "15e2". */
function decimalForm(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let start = digits.startsWith('-') ? 1 : 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  const power = Number(exponent) - fraction.length + (digits.length - end);
  return `${digits.startsWith('-') ? '-' : ''}${digits.slice(start, end)}e${power}`;
}
