type Spec = {
  name?: string;
  source?: object;
  steps?: object[];
  sinks?: object[];
  deadLetter?: object;
  worker?: object;
};

/** A job that reads SRC and sends all of it to `out.<origin>`. */
export function manifest({ name = 'test', source = {}, steps, sinks, deadLetter, worker }: Spec = {}): object {
  return {
    apiVersion: 'streamjobs.dev/v1alpha1',
    kind: 'StreamJob',
    metadata: { name, namespace: 'test' },
    spec: {
      source: { jetstream: { stream: 'SRC', startFrom: { policy: 'All' }, ackWait: '4s', ...source } },
      ...(steps && { steps }),
      sinks: sinks ?? [{ name: 'out', jetstream: { subject: 'out.${event.origin}' } }],
      ...(deadLetter && { deadLetter }),
      ...(worker && { worker }),
    },
  };
}
