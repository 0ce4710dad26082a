import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/run.ts';

/** Paths of a PEM certificate and its private key. */
export interface KeyPair {
  readonly certPath: string;
  readonly keyPath: string;
}

export interface Authority extends KeyPair {
  readonly dir: string;
}

/** What a certificate says: to Kubernetes, the common name is the user and the organizations are the groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** Names and IP addresses that a server answers under; one that has none is a client. */
  readonly hosts?: readonly string[];
}

const DAYS = '365';

/** Makes an authority of one year. Its files are `<name>.crt` and `<name>.key` in `dir`. */
export async function createAuthority(dir: string, name: string, commonName: string): Promise<Authority> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const pair = pathsOf(dir, name);
  await createKey(pair.keyPath);
  const args = ['req', '-x509', '-new', '-key', pair.keyPath, '-subj', `/CN=${commonName}`, '-days', DAYS];
  await openssl([...args, '-addext', 'keyUsage=critical,keyCertSign,digitalSignature', '-out', pair.certPath]);
  return { dir, ...pair };
}

/** Issues a certificate, `<name>.crt` and `<name>.key` beside the authority's own. */
export async function issue(authority: Authority, name: string, subject: Subject): Promise<KeyPair> {
  const pair = pathsOf(authority.dir, name);
  const request = join(authority.dir, `${name}.csr`);
  const extensions = join(authority.dir, `${name}.ext`);
  writeFileSync(extensions, extensionsOf(subject));
  await createKey(pair.keyPath);
  await openssl(['req', '-new', '-key', pair.keyPath, '-subj', distinguishedName(subject), '-out', request]);
  const signer = ['-CA', authority.certPath, '-CAkey', authority.keyPath, '-set_serial', serialOf(name)];
  await openssl([
    'x509',
    '-req',
    '-in',
    request,
    ...signer,
    '-days',
    DAYS,
    '-extfile',
    extensions,
    '-out',
    pair.certPath,
  ]);
  return pair;
}

/** Makes the key pair that signs service account tokens: `sa.key` and `sa.pub`. */
export async function createSigningKey(dir: string): Promise<{ privatePath: string; publicPath: string }> {
  const privatePath = join(dir, 'sa.key');
  const publicPath = join(dir, 'sa.pub');
  await createKey(privatePath);
  await openssl(['pkey', '-in', privatePath, '-pubout', '-out', publicPath]);
  return { privatePath, publicPath };
}

async function createKey(path: string): Promise<void> {
  await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path]);
}

function extensionsOf({ hosts = [] }: Subject): string {
  const usage = hosts.length === 0 ? 'clientAuth' : 'serverAuth,clientAuth';
  const names = hosts.map((host) => (/^[\d.]+$|:/.test(host) ? `IP:${host}` : `DNS:${host}`));
  const lines = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature', `extendedKeyUsage=${usage}`];
  return [...lines, ...(names.length === 0 ? [] : [`subjectAltName=${names.join(',')}`])].join('\n');
}

/** openssl's -subj: every / in a value is escaped. */
function distinguishedName({ commonName, organizations = [] }: Subject): string {
  const escape = (value: string): string => value.replace(/[\\/+]/g, '\\$&');
  return [...organizations.map((group) => `/O=${escape(group)}`), `/CN=${escape(commonName)}`].join('');
}

/** Serials only have to differ within one short-lived authority. */
function serialOf(name: string): string {
  return `0x${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

function pathsOf(dir: string, name: string): KeyPair {
  return { certPath: join(dir, `${name}.crt`), keyPath: join(dir, `${name}.key`) };
}

async function openssl(args: readonly string[]): Promise<void> {
  await run('openssl', args);
}
