export type Regarding = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
};

export type EventRecord = {
  readonly regarding: Regarding;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase: why. */
  readonly reason: string;
  /** CamelCase: what was done, or failed. */
  readonly action: string;
  /** For people; cut at 1,000 bytes. Never holds payloads or secrets. */
  readonly note: string;
};

/** Writes events.k8s.io/v1 events in the background; never throws, never blocks, forgets rather than grows. */
export interface Recorder {
  record(event: EventRecord): void;
}
