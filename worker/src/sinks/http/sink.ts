import { hash } from 'node:crypto';
import { WORKER_CREDIT_MESSAGES, type ResolvedHttpSink } from '@streamjob/crds';
import type { Publication } from '@streamjob/nats';
import type { Verdict } from '../../delivery/classify.ts';
import type { HttpClient } from '../../http/index.ts';
import type { Sink } from '../sink.ts';
import { Batcher } from './batcher.ts';
import { bodyOf } from './body.ts';
import { judge } from './judge.ts';
import { Slots } from './slots.ts';

export type HttpSinkOptions = {
  readonly spec: ResolvedHttpSink;
  readonly client: Pick<HttpClient, 'request'>;
  /** The Authorization header; undefined while it can't be read. Absent: none is sent. */
  readonly authorization?: () => string | undefined;
};

type Item = { readonly publication: Publication; settle(verdict: Verdict): void };

/** Sends each result, or batches of them, as requests. A publication's subject is its URL, its first header its id. */
export function httpSink(options: HttpSinkOptions): Sink {
  return new HttpSink(options);
}

class HttpSink implements Sink {
  readonly #options: HttpSinkOptions;
  readonly #slots: Slots;
  readonly #batcher: Batcher<Item> | undefined;
  /** Ids of results whose batch failed for reasons that may be one member's: they go by themselves. */
  readonly #alone = new Set<string>();

  constructor(options: HttpSinkOptions) {
    const { concurrency, batch } = options.spec;
    this.#options = options;
    this.#slots = new Slots(concurrency);
    this.#batcher =
      batch &&
      new Batcher<Item>(batch, (items) => {
        this.#send(items);
      });
  }

  publish(batch: readonly Publication[], onVerdict: (index: number, verdict: Verdict) => void): void {
    for (const [index, publication] of batch.entries()) {
      const settle = (verdict: Verdict): void => {
        onVerdict(index, verdict);
      };
      this.#add({ publication, settle });
    }
  }

  #add(item: Item): void {
    if (this.#batcher === undefined || this.#alone.has(idOf(item))) this.#send([item]);
    else this.#batcher.add(item, item.publication.payload.length + 1);
  }

  #send(items: readonly Item[]): void {
    this.#slots.run(async () => {
      this.#settle(items, await this.#request(items));
    });
  }

  /** A verdict on a batch says nothing about its members until each was sent by itself. */
  #settle(items: readonly Item[], verdict: Verdict): void {
    if (items.length > 1 && verdict.kind === 'own') {
      const half = Math.ceil(items.length / 2);
      this.#send(items.slice(0, half));
      this.#send(items.slice(half));
      return;
    }
    for (const item of items) {
      if (items.length > 1 && verdict.kind === 'transient') this.#remember(idOf(item));
      else if (verdict.kind === 'stored' || verdict.kind === 'own') this.#alone.delete(idOf(item));
      item.settle(items.length > 1 ? shared(verdict) : verdict);
    }
  }

  #remember(id: string): void {
    // More than a worker holds: these messages are no longer ours.
    if (this.#alone.size > 2 * WORKER_CREDIT_MESSAGES) this.#alone.clear();
    this.#alone.add(id);
  }

  async #request(items: readonly Item[]): Promise<Verdict> {
    const { client, spec, authorization } = this.#options;
    const [first] = items;
    if (first === undefined) return { kind: 'stored', duplicate: false };
    const credential = authorization?.();
    if (authorization !== undefined && credential === undefined) {
      const code = spec.credentialsSecretName ?? '';
      return { kind: 'destination', reason: 'CredentialsMissing', code, unanswered: true };
    }
    const { subject: url, headers: [, ...rest] = [] } = first.publication;
    const id: Header = [spec.idempotencyHeader, batchId(items)];
    const headers = credential === undefined ? [id, ...rest] : [id, ...rest, ['Authorization', credential] as const];
    const { method, timeoutMs: deadlineMs } = spec;
    return judge(await client.request({ method, url, headers, body: this.#body(items), deadlineMs }));
  }

  #body(items: readonly Item[]): Uint8Array {
    const payloads = items.map(({ publication }) => publication.payload);
    const { batch } = this.#options.spec;
    return batch === undefined ? Buffer.concat(payloads) : bodyOf(payloads, batch.format);
  }
}

type Header = readonly [name: string, value: string];

function idOf({ publication }: Item): string {
  return publication.headers?.[0]?.[1] ?? '';
}

function batchId(items: readonly Item[]): string {
  const ids = items.map(idOf);
  return ids.length === 1 ? ids.join() : hash('sha256', ids.join('\n'), 'base64url').slice(0, 32);
}

/** What fails a batch spends no member's attempt: any of them may be the one that it is about. */
function shared(verdict: Verdict): Verdict {
  if (verdict.kind !== 'transient') return verdict;
  const reason = verdict.unanswered === true ? 'SinkUnreachable' : 'SinkRefuses';
  return { ...verdict, kind: 'destination', reason };
}
