import type { InHand } from '../delivery/in-hand.ts';
import { afterRestart, forget, judge, noteGroup, type Verdict } from './conviction.ts';
import type { JournalFile } from './file.ts';
import { emptyPage, type Entry, type Page, type SourceMemory } from './page.ts';

/** What the worker writes down before it runs redelivered messages, and finds again after it died of one. */
export class Journal {
  readonly #file: JournalFile;
  #page: Page;
  #finished: number;
  #dirty = false;
  /** What was in hand when a process died and wasn't settled since; to be run first, one by one. */
  readonly found: readonly Entry[];

  constructor(file: JournalFile, revision: string) {
    this.#file = file;
    this.#page = file.found === undefined ? emptyPage(revision) : afterRestart(file.found, revision);
    this.#finished = this.#page.finished;
    this.found = this.#page.entries;
    this.#write();
  }

  get source(): SourceMemory | undefined {
    return this.#page.source;
  }

  /** Writes down the group that is about to run; it is in the file when this returns. */
  begin(group: readonly InHand[]): void {
    this.#page = noteGroup(this.#page, group.map(entryOf));
    this.#write();
  }

  /** Nothing on the careful path is in hand any more. */
  end(): void {
    this.begin([]);
  }

  /** Whether a worker died with the message in hand, and it wasn't settled since. */
  suspects(message: Pick<Entry, 'sequence' | 'timestamp'>): boolean {
    return this.#page.entries.some(({ sequence, timestamp, inHand }) => {
      return !inHand && sequence === message.sequence && timestamp === message.timestamp;
    });
  }

  judge(message: InHand): Verdict {
    return judge({ ...this.#page, finished: this.#finished }, entryOf(message));
  }

  /** A message was settled; that reaches the file with the next `save`. */
  finished(message: InHand): void {
    this.#finished += 1;
    this.#dirty = true;
    if (this.#page.entries.length > 0) this.forget(entryOf(message));
  }

  convicted(): void {
    this.#page = { ...this.#page, convicted: this.#page.convicted + 1 };
    this.#write();
  }

  forget(message: Pick<Entry, 'sequence' | 'timestamp'>): void {
    if (!this.#page.entries.some((entry) => entry.sequence === message.sequence)) return;
    this.#page = forget(this.#page, message);
    this.#dirty = true;
  }

  rememberSource(source: SourceMemory): void {
    const known = this.#page.source;
    if (known?.created === source.created && known.lastSequence === source.lastSequence) return;
    this.#page = { ...this.#page, source };
    this.#dirty = true;
  }

  /** Writes what changed since the last write. */
  save(): void {
    if (this.#dirty) this.#write();
  }

  #write(): void {
    this.#dirty = false;
    this.#page = { ...this.#page, finished: this.#finished };
    if (this.#file.write(this.#page)) return;
    this.#page = { ...this.#page, entries: this.#page.entries.filter((entry) => entry.inHand) };
    this.#file.write(this.#page);
  }
}

/** How the journal names a message. */
export function entryOf(message: InHand): Omit<Entry, 'deaths' | 'inHand'> {
  const { sequence, timestamp, reply } = message.delivery;
  return { sequence, timestamp, reply };
}
