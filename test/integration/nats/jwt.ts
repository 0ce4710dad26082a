import { createHash } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A NATS JWT: what `nsc` would write. */
function sign(issuer: KeyPair, subject: string, name: string, nats: object, expiresInSeconds?: number): string {
  const issuedAt = Math.floor(performance.timeOrigin / 1000 + performance.now() / 1000);
  const exp = expiresInSeconds === undefined ? {} : { exp: issuedAt + expiresInSeconds };
  const claims = { iat: issuedAt, iss: issuer.getPublicKey(), name, sub: subject, ...exp, nats };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex').toUpperCase();
  const body = `${base64url('{"typ":"JWT","alg":"ed25519-nkey"}')}.${base64url(JSON.stringify({ jti, ...claims }))}`;
  return `${body}.${base64url(issuer.sign(new TextEncoder().encode(body)))}`;
}

const UNLIMITED = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };

/** An operator with one account: the server's configuration, and credentials files of its users. */
export function createOperator() {
  const operator = nkeys.createOperator();
  const account = nkeys.createAccount();
  const operatorJwt = sign(operator, operator.getPublicKey(), 'O', { type: 'operator', version: 2 });
  const system = nkeys.createAccount();
  const jwtOf = (each: KeyPair, name: string) =>
    sign(operator, each.getPublicKey(), name, { type: 'account', version: 2, limits: UNLIMITED });
  const preload = [account, system].map((each, index) => `${each.getPublicKey()}: ${jwtOf(each, `A${index}`)}`);
  return {
    account: account.getPublicKey(),
    config: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      `resolver: MEMORY`,
      `resolver_preload: { ${preload.join(', ')} }`,
    ].join('\n'),
    creds: (expiresInSeconds?: number): string => {
      const user = nkeys.createUser();
      const rights = { type: 'user', version: 2, pub: {}, sub: {}, subs: -1, data: -1, payload: -1 };
      const jwt = sign(account, user.getPublicKey(), 'u', rights, expiresInSeconds);
      return [
        '-----BEGIN NATS USER JWT-----',
        jwt,
        '------END NATS USER JWT------',
        '',
        '-----BEGIN USER NKEY SEED-----',
        textOf(user.getSeed()),
        '------END USER NKEY SEED------',
        '',
      ].join('\n');
    },
  };
}
