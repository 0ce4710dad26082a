import { describe, expect, test } from '@jest/globals';
import { nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { readNkey } from './nkey.ts';

const pairs = [nkeys.createUser(), nkeys.createAccount(), nkeys.createUser()];
const seedOf = (pair: (typeof pairs)[number]) => new TextDecoder().decode(pair.getSeed());

describe('readNkey', () => {
  test.each(pairs.map((pair) => ({ pair, publicKey: pair.getPublicKey() })))(
    '$publicKey signs as the library does',
    ({ pair, publicKey }) => {
      const key = readNkey(seedOf(pair));
      expect(key?.publicKey).toBe(publicKey);
      expect({ nkey: key?.publicKey, sig: key?.sign('a nonce') }).toEqual(nkeyAuthenticator(pair.getSeed())('a nonce'));
    },
  );

  const seed = seedOf(pairs[0]!);
  test.each([
    { what: 'nothing', text: '' },
    { what: 'a public key', text: pairs[0]!.getPublicKey() },
    { what: 'a seed cut short', text: seed.slice(0, -4) },
    {
      what: 'a seed with a wrong letter',
      text: `${seed.slice(0, 10)}${seed[10] === 'A' ? 'B' : 'A'}${seed.slice(11)}`,
    },
    { what: 'a seed in lower case', text: seed.toLowerCase() },
    { what: 'words', text: 'not a seed' },
  ])('refuses $what', ({ text }) => {
    expect(readNkey(text)).toBeUndefined();
  });
});
