import { connect, UnreachableError, type ConnectionEvent, type ConnectionSpec, type Nats } from '@streamjob/nats';
import { type Logger } from '@streamjob/telemetry';
import { createBackoff } from '../../runtime/backoff/backoff.ts';
import { sleep, type Clock } from '../../runtime/clock/clock.ts';
import { type ConnectionConfig } from '../../config/schema.ts';
import { isAborted, untilAborted } from '../../runtime/signal/signal.ts';
import { writeAuthorityFile } from './authority-file.ts';

export type Dial = typeof connect;

export type LinkOptions = {
  readonly config: ConnectionConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly dial?: Dial;
};

/** How long a first caller waits for a connection that is only being made. */
const FIRST_WAIT_MS = 3_000;

/** One named connection: opened when first asked for, kept open, shared by all callers. */
export class Link {
  readonly #options: LinkOptions;
  readonly #log: Logger;
  readonly #closing: Promise<void>[] = [];
  #nats: Nats | undefined;
  #failure: Error | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#log = options.log.child({ connection: options.config.name });
  }

  /** The open connection. Throws why there is none: at once when that is known, else after a short wait. */
  async use(): Promise<Nats> {
    const { clock, config, signal } = this.#options;
    signal.throwIfAborted();
    if (this.#nats === undefined) {
      this.#opening ??= this.#open();
      if (this.#failure === undefined) await Promise.race([this.#opening, sleep(clock, FIRST_WAIT_MS, signal)]);
    }
    if (this.#nats?.connected === true) return this.#nats;
    throw this.#failure ?? new UnreachableError(`no server of connection ${config.name} answers`);
  }

  /** Resolves when the connection is closed; call it after the signal aborted. */
  async closed(): Promise<void> {
    await this.#opening;
    await this.#nats?.close();
    await Promise.all(this.#closing);
  }

  /** Tries until it is connected; never rejects. */
  async #open(): Promise<void> {
    const { clock, config, signal, dial = connect } = this.#options;
    const backoff = createBackoff({ initialMs: 1_000, maxMs: 15_000 });
    const { caBundle } = config;
    const authority = caBundle === undefined ? undefined : await writeAuthorityFile(caBundle).catch(() => undefined);
    if (authority !== undefined) this.#closing.push(untilAborted(signal).then(authority.remove));
    while (!signal.aborted) {
      try {
        const nats = await dial(specOf(config, authority?.path), { signal, on: this.#tell, patienceMs: 5_000 });
        this.#adopt(nats);
        return;
      } catch (error) {
        if (isAborted(signal)) return;
        this.#failure = error instanceof Error ? error : new UnreachableError('the connection failed');
        this.#log.warn({ error }, 'a NATS connection failed, trying again');
        await sleep(clock, backoff.next(), signal);
      }
    }
  }

  #adopt(nats: Nats): void {
    this.#nats = nats;
    this.#failure = undefined;
    this.#log.info({ server: nats.server.name, version: nats.server.version }, 'connected to NATS');
    void nats.closed.then((error) => {
      this.#nats = undefined;
      this.#opening = undefined;
      if (!this.#options.signal.aborted) this.#log.error({ error }, 'a NATS connection closed, it is opened again');
    });
  }

  readonly #tell = (event: ConnectionEvent): void => {
    if (event.type === 'error' || event.type === 'closed') this.#log.warn({ ...event }, 'trouble on a NATS connection');
    else this.#log.info({ ...event }, 'a NATS connection changed');
  };
}

function specOf(config: ConnectionConfig, caFile: string | undefined): ConnectionSpec {
  const { urls, credentialsDir, tls } = config;
  return {
    servers: urls,
    name: 'streamjob-operator',
    ...(credentialsDir === undefined ? {} : { credentialsDir }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(tls === undefined ? {} : { tls: present(tls) }),
  };
}

function present({ serverName, handshakeFirst }: NonNullable<ConnectionConfig['tls']>): ConnectionSpec['tls'] & object {
  return { ...(serverName && { serverName }), ...(handshakeFirst !== undefined && { handshakeFirst }) };
}
