import { afterEach, describe, expect, test } from '@jest/globals';
import { nkeys } from '@nats-io/transport-node';
import { startNats, type NatsServer } from '@streamjob/hack';
import { ConfigurationError, PermissionError } from '@streamjob/nats';
import { open, type Client } from './client.ts';
import { eventually } from './eventually.ts';
import { createOperator } from './jwt.ts';
import { SecretDir } from './secret-dir.ts';

const user = nkeys.createUser();
const seed = new TextDecoder().decode(user.getSeed());
const operator = createOperator();
const other = createOperator();
const kinds = {
  password: {
    config: 'authorization { user: u, password: "p w" }',
    good: { username: 'u', password: 'p w\n' },
    bad: { username: 'u', password: 'hunter2' },
  },
  token: { config: 'authorization { token: t0 }', good: { token: 't0\n' }, bad: { token: 'hunter2' } },
  nkey: {
    config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
    good: { nkey: seed },
    bad: { nkey: new TextDecoder().decode(nkeys.createUser().getSeed()) },
  },
  creds: { config: operator.config, good: { 'nats.creds': operator.creds() }, bad: { 'nats.creds': other.creds() } },
};

describe('log-in', () => {
  const clean: (() => unknown)[] = [];
  afterEach(async () => {
    for (const each of clean.splice(0).reverse()) await each();
  });
  async function start(config: string): Promise<NatsServer> {
    const server = await startNats({ jetstream: false, config });
    clean.push(() => server.stop());
    return server;
  }
  function secret(files: Record<string, string>): SecretDir {
    const dir = new SecretDir(files);
    clean.push(() => {
      dir.remove();
    });
    return dir;
  }
  async function openWith(server: NatsServer, dir: SecretDir): Promise<Client> {
    const client = await open(server, { credentialsDir: dir.path });
    clean.push(() => client.nats.close());
    return client;
  }

  test.each(Object.entries(kinds))(
    'by %s, and no other',
    async (_, { config, good, bad }) => {
      const server = await start(config);
      const client = await openWith(server, secret(good));
      expect(client.nats.connected).toBe(true);
      const refused = openWith(server, secret(bad));
      await expect(refused).rejects.toThrow(PermissionError);
      await expect(refused).rejects.toThrow(/refused the log-in: check the credentials/);
      await expect(refused).rejects.toMatchObject({ operation: 'connect', subject: undefined });
      await expect(refused).rejects.not.toThrow('hunter2');
      await expect(open(server)).rejects.toThrow(PermissionError);
    },
    30_000,
  );

  test('tells the account', async () => {
    const server = await start(operator.config);
    const client = await openWith(server, secret(kinds.creds.good));
    expect(await client.nats.account()).toBe(operator.account);
  });

  test('needs credentials that can be used', async () => {
    const server = await start(kinds.token.config);
    await expect(openWith(server, secret({ unknown: 'x' }))).rejects.toThrow(ConfigurationError);
  });

  test('is made anew when the files change, and again with better files when it was refused', async () => {
    const server = await start('authorization { users: [{ user: a, password: a }, { user: b, password: b }] }');
    const dir = secret({ username: 'a', password: 'a' });
    const { nats, events } = await openWith(server, dir);
    const seen = (type: string) => events.filter((event) => event.type === type).length;
    dir.write({ username: 'b', password: 'b' });
    await eventually('reconnected', () => seen('reconnected') === 1);
    expect(await connectedUsers(server)).toEqual(['b']);
    expect(nats.epoch).toBe(2);
    dir.write({ username: 'b', password: 'wrong' });
    await eventually('refused at least three times', () => seen('authentication-refused') >= 3);
    expect(nats.connected).toBe(false);
    dir.write({ username: 'a', password: 'a' });
    await eventually('reconnected again', () => seen('reconnected') === 2);
    expect(await connectedUsers(server)).toEqual(['a']);
    expect(seen('credentials-changed')).toBeGreaterThanOrEqual(1);
    expect(seen('disconnected')).toBe(2);
    expect(seen('closed')).toBe(0);
  }, 40_000);

  test('survives credentials that expire while connected', async () => {
    const server = await start(operator.config);
    const dir = secret({ 'nats.creds': operator.creds(8) });
    const { nats, events } = await openWith(server, dir);
    await eventually('refused', () => events.some((event) => event.type === 'authentication-refused'));
    dir.write({ 'nats.creds': operator.creds() });
    await eventually('connected again', () => nats.connected && events.at(-1)?.type === 'reconnected');
    await nats.flush();
  }, 60_000);
});

async function connectedUsers(server: NatsServer): Promise<string[]> {
  const response = await fetch(`${server.monitorUrl}/connz?auth=true`);
  const { connections } = (await response.json()) as { connections: { authorized_user: string }[] };
  return connections.map((connection) => connection.authorized_user);
}
