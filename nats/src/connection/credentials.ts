import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Auth, type Authenticator } from '@nats-io/transport-node';
import { ConfigurationError } from '../errors.ts';
import { readNkey, type Nkey } from './nkey.ts';

/** Every key of a Secret that means something to us. */
export const CREDENTIAL_FILES = [
  'nats.creds',
  'nkey',
  'token',
  'username',
  'password',
  'tls.crt',
  'tls.key',
  'ca.crt',
] as const;
type CredentialFile = (typeof CREDENTIAL_FILES)[number];
type Files = Readonly<Partial<Record<CredentialFile, string>>>;

/** Reads them all; what isn't there is left out. Kubernetes swaps a folder's files at once, so they belong together. */
export function readCredentialFiles(dir: string): Files {
  const files: Partial<Record<CredentialFile, string>> = {};
  for (const name of CREDENTIAL_FILES) {
    const text = readIfThere(join(dir, name));
    if (text !== undefined) files[name] = text;
  }
  return files;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigurationError(`${path} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

/** Equal as long as no file changed. */
export function fingerprint(files: Files): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(files)))
    .digest('hex');
}

/** What is sent to the server to prove who we are. Throws ConfigurationError, with a text that quotes nothing of the files. */
export function proveIdentity(files: Files, nonce: string | undefined): Auth {
  if (files['nats.creds'] !== undefined) return proveByCreds(files['nats.creds'], nonce);
  if (files.nkey !== undefined) return proveBySeed(files.nkey, nonce);
  if (files.token !== undefined) return { auth_token: files.token.trim() };
  if (files.username !== undefined && files.password !== undefined)
    return { user: files.username.trim(), pass: files.password.replace(/\r?\n$/, '') };
  if (files['tls.crt'] !== undefined && files['tls.key'] !== undefined) return undefined;
  if (files['ca.crt'] !== undefined && Object.keys(files).length === 1) return undefined;
  throw new ConfigurationError(
    'the credentials hold none of: nats.creds; nkey; token; username with password; tls.crt with tls.key',
  );
}

const CREDS =
  /-{3,}BEGIN NATS USER JWT-{3,}\s+(\S+)\s+-{3,}END[^\n]*\s+[^]*?-{3,}BEGIN USER NKEY SEED-{3,}\s+(\S+)\s+-{3,}END/;

function proveByCreds(creds: string, nonce: string | undefined): Auth {
  const [, jwt, seed] = CREDS.exec(creds) ?? [];
  const key = seed === undefined ? undefined : readNkey(seed);
  if (jwt === undefined || key === undefined) throw new ConfigurationError('nats.creds is not a credentials file');
  return { jwt, nkey: key.publicKey, sig: signature(key, nonce) };
}

function proveBySeed(seed: string, nonce: string | undefined): Auth {
  const key = readNkey(seed.trim());
  if (key === undefined) throw new ConfigurationError('nkey is not the seed of an nkey');
  return { nkey: key.publicKey, sig: signature(key, nonce) };
}

/** A server that asks for no proof sends no nonce. */
const signature = (key: Nkey, nonce: string | undefined) => (nonce === undefined ? '' : key.sign(nonce));

/**
 * Reads the files at each log-in. It must not throw, which would close the connection for good: what can't be used is
 * reported, and the server then refuses the log-in, which is tried again.
 */
export function fileAuthenticator(dir: string, onProblem: (error: Error) => void): Authenticator {
  return (nonce) => {
    try {
      return proveIdentity(readCredentialFiles(dir), nonce);
    } catch (error) {
      onProblem(error as Error);
      return undefined;
    }
  };
}
