import { type LeaseRecord, type LeaseStore, type StoredLease } from '../leadership/lease-store.ts';

/** A Lease in memory, optimistic on its version, that can be taken away or made to hang. */
export interface FakeLease {
  store(): LeaseStore & { fault: 'none' | 'refuse' | 'hang' | 'lose-answer' };
  readonly record: StoredLease | undefined;
  readonly writes: number;
  /** Another process's hand. */
  set(record: LeaseRecord): void;
}

export function createFakeLease(): FakeLease {
  let record: StoredLease | undefined;
  let writes = 0;
  const write = (next: LeaseRecord): StoredLease => {
    writes += 1;
    record = { ...next, version: String(writes) };
    return record;
  };

  function store(): ReturnType<FakeLease['store']> {
    const faulty = async <T>(signal: AbortSignal, work: () => T): Promise<T> => {
      if (made.fault === 'refuse') throw new Error('refused');
      if (made.fault === 'hang')
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      const answer = work();
      if (made.fault === 'lose-answer') throw new Error('the answer was lost');
      return answer;
    };
    const made: ReturnType<FakeLease['store']> = {
      fault: 'none',
      read: (signal) => faulty(signal, () => record),
      create: (next, signal) => faulty(signal, () => (record === undefined ? write(next) : undefined)),
      update: (version, next, signal) => faulty(signal, () => (record?.version === version ? write(next) : undefined)),
    };
    return made;
  }

  return {
    store,
    get record() {
      return record;
    },
    get writes() {
      return writes;
    },
    set: (next) => void write(next),
  };
}
