/** Where a connection goes and what it proves itself with. Secrets come from files only, never from addresses. */
export type ConnectionSpec = {
  /** `nats://host:port` or `tls://host:port`; the list is final, addresses that servers gossip are not used. */
  readonly servers: readonly string[];
  /** Shown in the server's list of connections. */
  readonly name: string;
  /**
   * A mounted Secret: `nats.creds`, or `nkey` (a seed), or `token`, or `username` and `password`; and beside it
   * `tls.crt` with `tls.key` (mutual TLS) and `ca.crt`. Read again at every (re)connect and when it changes.
   */
  readonly credentialsDir?: string;
  /** A PEM bundle of authorities; goes before `ca.crt` of the credentials. Asks for TLS. */
  readonly caFile?: string;
  /** Asks for TLS. `serverName` is what the certificate must be for, the address's host when absent. */
  readonly tls?: { readonly serverName?: string; readonly handshakeFirst?: boolean };
  /** What our inboxes begin with, for users whose permissions don't cover `_INBOX`. */
  readonly inboxPrefix?: string;
};

export type ConnectionEvent =
  | { readonly type: 'disconnected'; readonly epoch: number }
  /** `downMs` counts from the last sign of life before the break, so it is never too short. */
  | { readonly type: 'reconnected'; readonly epoch: number; readonly downMs: number; readonly server: string }
  /** The server refused a publish or a subscription of ours. A refused publish gets no other answer. */
  | { readonly type: 'permission'; readonly operation: 'publish' | 'subscribe'; readonly subject: string }
  /** A log-in was refused while reconnecting; it is tried again for ever, with the files as they are then. */
  | { readonly type: 'authentication-refused' }
  /** The credential files changed; the connection is made anew with them. */
  | { readonly type: 'credentials-changed' }
  /** The server is about to stop, and closes its connections one after the other. */
  | { readonly type: 'lame-duck' }
  | { readonly type: 'error'; readonly error: Error }
  /** For good: nothing on this connection works any more. */
  | { readonly type: 'closed'; readonly error?: Error };

export type ConnectOptions = {
  /** Aborting it while connecting gives up; afterwards it closes the connection. */
  readonly signal: AbortSignal;
  readonly on?: (event: ConnectionEvent) => void;
  /** How long the first connect tries before it throws; 10 s when absent. A refused log-in throws at once. */
  readonly patienceMs?: number;
  /** How often the credential files are looked at; 2 s when absent. */
  readonly credentialsPollMs?: number;
};
