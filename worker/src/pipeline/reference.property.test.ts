import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePlain } from '../codecs/testing/plain-json.ts';
import { executeNow, pipelineOf } from './testing/compiled-pipeline.ts';
import { asManifest, messages, sinks, steps } from './testing/generated-job.ts';
import { runPlainly, type PlainJob, type PlainOutcome, type PlainResult } from './testing/plain-job.ts';
import { type Outcome } from './types.ts';

const RUNS = 600;
/** Fixed, so that a run that fails fails again; other seeds are for whoever changes the pipeline. */
const SEED = 20261123;

const OPTIONS = {
  jobUid: 'uid',
  streamCreated: '2026-11-23T00:00:00Z',
  secret: () => Buffer.from('a key'),
  // So that some results are too large.
  maxPayloadBytes: 600,
};
const ENVIRONMENT: Omit<PlainJob, 'steps' | 'sinks'> = {
  uid: OPTIONS.jobUid,
  streamCreated: OPTIONS.streamCreated,
  key: Buffer.from('a key'),
  maxPayloadBytes: OPTIONS.maxPayloadBytes,
};

/** Without texts of errors, and with payloads as the JSON that they are. */
function seen(outcome: Outcome): unknown {
  if (outcome.kind === 'dead') return { kind: 'dead', failure: { ...outcome.failure, error: undefined } };
  if (outcome.kind !== 'emit') return outcome;
  const { emissions, failures } = outcome;
  return {
    kind: 'emit',
    results: emissions.map((emission) => ({ ...emission, payload: json(emission.payload) })),
    failures: failures.map((failure) => ({ ...failure, error: undefined })),
  };
}

function expected(outcome: PlainOutcome): unknown {
  if (outcome.kind !== 'emit') return outcome;
  return { ...outcome, results: outcome.results.map((result) => ({ ...result, payload: json(bytesOf(result)) })) };
}

const bytesOf = ({ payload }: PlainResult): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;
const json = (payload: Uint8Array): unknown => parsePlain(payload);

test('a job makes of every message what a plain implementation makes of it', () => {
  const kinds: Record<string, number> = {};
  fc.assert(
    fc.property(steps, sinks, fc.array(messages, { minLength: 1, maxLength: 12 }), (allSteps, allSinks, batch) => {
      const pipeline = pipelineOf(asManifest(allSteps, allSinks), OPTIONS);
      const job: PlainJob = { ...ENVIRONMENT, steps: allSteps, sinks: allSinks };
      for (const [index, outcome] of executeNow(pipeline, batch).entries()) {
        const plain = runPlainly(job, batch[index]!);
        expect(seen(outcome)).toEqual(expected(plain));
        kinds[plain.kind] = (kinds[plain.kind] ?? 0) + 1;
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Nothing silently stops to happen.
  for (const kind of ['emit', 'filtered', 'dropped', 'unrouted', 'dead'])
    expect(kinds[kind]).toBeGreaterThan(RUNS / 50);
}, 60_000);

test('what no step changed goes out byte by byte', () => {
  fc.assert(
    fc.property(sinks, messages, (allSinks, message) => {
      const [outcome] = executeNow(pipelineOf(asManifest([], allSinks), OPTIONS), [message]);
      if (outcome?.kind !== 'emit') return;
      for (const { payload } of outcome.emissions) expect(Buffer.compare(payload, message.payload)).toBe(0);
    }),
    { numRuns: 200, seed: SEED },
  );
});
