import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** Signs with Node's own Ed25519: the library's is JavaScript and costs a starting worker a tenth of a second. */
export type Nkey = { readonly publicKey: string; readonly sign: (nonce: string) => string };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SEED_PREFIX = 18 << 3;
const KEY_BYTES = 32;
const CHECKSUM_BYTES = 2;
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Reads a seed such as `SU…`; undefined when it isn't one. */
export function readNkey(seed: string): Nkey | undefined {
  const decoded = decode(seed);
  const [first, second] = decoded ?? [];
  if (decoded?.length !== 2 + KEY_BYTES || first === undefined || second === undefined) return undefined;
  // Five bits say that it is a seed, the next five whose: a user's, an account's …
  if ((first & 0xf8) !== SEED_PREFIX) return undefined;
  const kind = ((first & 0x07) << 5) | ((second & 0xf8) >> 3);
  const der = Buffer.concat([PKCS8_HEAD, decoded.subarray(2)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: encode(Buffer.concat([Buffer.of(kind), Buffer.from(x, 'base64url')])),
    sign: (nonce) => sign(null, Buffer.from(nonce), key).toString('base64'),
  };
}

/** Base 32 with a checksum at the end, which is checked and taken off. */
function decode(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit === -1) return undefined;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  const all = Buffer.from(bytes);
  if (all.length <= CHECKSUM_BYTES) return undefined;
  const body = all.subarray(0, -CHECKSUM_BYTES);
  return checksum(body) === all.readUInt16LE(body.length) ? body : undefined;
}

function encode(body: Buffer): string {
  const tail = Buffer.alloc(CHECKSUM_BYTES);
  tail.writeUInt16LE(checksum(body));
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of Buffer.concat([body, tail])) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((value >> (bits - 5)) & 0x1f);
  }
  return bits === 0 ? text : text + ALPHABET.charAt((value << (5 - bits)) & 0x1f);
}

/** CRC-16/XMODEM. */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}
