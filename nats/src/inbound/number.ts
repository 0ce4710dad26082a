const DIGIT_0 = 0x30;
const MOST_DIGITS = 15;

export const NO_NUMBER = -1;

/** The decimal number that these bytes are; NO_NUMBER when they are none, or one that a double can't hold. */
export function readNumber(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || to - from > MOST_DIGITS) return NO_NUMBER;
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - DIGIT_0;
    if (digit < 0 || digit > 9) return NO_NUMBER;
    number = number * 10 + digit;
  }
  return number;
}
