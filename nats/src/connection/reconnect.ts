import { type ReconnectToServerHandler, type Server } from '@nats-io/transport-node';

const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/** Doubles from 0.2 s to 5 s and is drawn from its upper half, the first from the whole, so that a fleet doesn't return at once. */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return attempt === 0 ? ceiling * random : (ceiling * (1 + random)) / 2;
}

export type Redial = {
  /** For the library's `reconnectToServer`. */
  readonly handler: ReconnectToServerHandler;
  /** Connected: from now on a dial is a reconnect, and delays begin anew. */
  readonly settled: () => void;
};

/** Takes the library's choice of server and adds the delay: its own jitter leaves out the first attempt. */
export function redial(beforeDial: (server: Server) => void, random: () => number = Math.random): Redial {
  let attempt: number | undefined;
  const handler: ReconnectToServerHandler = (pool) => {
    const [server] = pool;
    if (server === undefined) return null;
    beforeDial(server);
    if (attempt === undefined) return server;
    const delay = reconnectDelayMs(attempt, random());
    attempt += 1;
    return { server, delay };
  };
  return {
    handler,
    settled: () => {
      attempt = 0;
    },
  };
}
