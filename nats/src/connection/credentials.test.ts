import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nkeys } from '@nats-io/transport-node';
import { ConfigurationError } from '../errors.ts';
import { fileAuthenticator, fingerprint, proveIdentity, readCredentialFiles } from './credentials.ts';

const user = nkeys.createUser();
const seed = new TextDecoder().decode(user.getSeed());
const creds = [
  '-----BEGIN NATS USER JWT-----',
  'some.jwt.here',
  '------END NATS USER JWT------',
  '',
  '-----BEGIN USER NKEY SEED-----',
  seed,
  '------END USER NKEY SEED------',
].join('\n');

describe('proveIdentity', () => {
  test.each([
    { kind: 'user and password', files: { username: 'u\n', password: ' p \n' }, proof: { user: 'u', pass: ' p ' } },
    { kind: 'token', files: { token: 't\n' }, proof: { auth_token: 't' } },
    { kind: 'certificate', files: { 'tls.crt': 'c', 'tls.key': 'k' }, proof: undefined },
    { kind: 'authority only', files: { 'ca.crt': 'c' }, proof: undefined },
    { kind: 'nkey', files: { nkey: `${seed}\n` }, proof: { nkey: user.getPublicKey() } },
    { kind: 'creds', files: { 'nats.creds': creds }, proof: { jwt: 'some.jwt.here', nkey: user.getPublicKey() } },
    {
      kind: 'creds with CRLF',
      files: { 'nats.creds': creds.replaceAll('\n', '\r\n') },
      proof: { jwt: 'some.jwt.here' },
    },
    { kind: 'creds before others', files: { 'nats.creds': creds, token: 't' }, proof: { jwt: 'some.jwt.here' } },
  ])('by $kind', ({ files, proof }) => {
    const actual = proveIdentity(files, 'nonce');
    if (proof === undefined) expect(actual).toBeUndefined();
    else expect(actual).toMatchObject(proof);
  });

  test.each([
    { files: {}, says: 'hold none of' },
    { files: { username: 'u' }, says: 'hold none of' },
    { files: { 'tls.crt': 'c', 'ca.crt': 'c' }, says: 'hold none of' },
    { files: { 'nats.creds': 'secret' }, says: 'not a credentials file' },
    { files: { 'nats.creds': creds.replace(seed, 'secret') }, says: 'not a credentials file' },
    { files: { nkey: 'secret' }, says: 'not the seed' },
  ])('refuses $files without quoting them', ({ files, says }) => {
    const prove = () => proveIdentity(files, 'nonce');
    expect(prove).toThrow(ConfigurationError);
    expect(prove).toThrow(says);
    expect(prove).not.toThrow('secret');
  });
});

describe('credential files', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'credentials-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  test('are read through the links of a mounted Secret, and a swap changes their fingerprint', () => {
    const write = (version: string, token: string) => {
      mkdirSync(join(dir, version));
      writeFileSync(join(dir, version, 'token'), token);
      symlinkSync(version, join(dir, '..data.new'));
      renameSync(join(dir, '..data.new'), join(dir, '..data'));
    };
    write('..1', 'one');
    symlinkSync('..data/token', join(dir, 'token'));
    const before = readCredentialFiles(dir);
    expect(before).toEqual({ token: 'one' });
    expect(fingerprint(before)).toBe(fingerprint(readCredentialFiles(dir)));
    write('..2', 'two');
    expect(fingerprint(readCredentialFiles(dir))).not.toBe(fingerprint(before));
  });

  test('that can not be used are reported, not thrown: that would close the connection for good', () => {
    const problems: Error[] = [];
    const authenticate = fileAuthenticator(dir, (error) => problems.push(error));
    expect(authenticate('nonce')).toBeUndefined();
    expect(problems).toHaveLength(1);
    writeFileSync(join(dir, 'token'), 'one');
    expect(authenticate('nonce')).toEqual({ auth_token: 'one' });
  });

  test('that are a folder by mistake are named', () => {
    mkdirSync(join(dir, 'token'));
    expect(() => readCredentialFiles(dir)).toThrow(/token can't be read \(EISDIR\)/);
  });
});
