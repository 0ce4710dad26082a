import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { resolveDefaults, validateStreamJob, workerManifest } from '@streamjob/crds';
import { connect, type Nats, type Publisher } from '@streamjob/nats';
import type { Verdict } from '../../../../worker/src/delivery/classify.ts';
import { createHttpClient, type HttpClient } from '../../../../worker/src/http/index.ts';
import { compilePipeline, type Emission, type Pipeline } from '../../../../worker/src/pipeline/index.ts';
import { createSinks } from '../../../../worker/src/sinks/create.ts';
import type { Sink } from '../../../../worker/src/sinks/sink.ts';
import { manifest } from '../harness/manifest.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { sinks, type Target } from './sinks.ts';

jest.setTimeout(60_000);

const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

describe.each(sinks)('what a $name sink promises to the loop', (kind) => {
  let scene: Scene;
  let target: Target;
  let nats: Nats;
  let publisher: Publisher;
  let http: HttpClient;
  let sink: Sink;
  let pipeline: Pipeline;
  let sequence = 0;

  beforeEach(async () => {
    scene = await openScene();
    target = await kind.open(scene);
    nats = await connect({ servers: [scene.server.url], name: 'test' }, { signal: AbortSignal.timeout(30_000) });
    publisher = nats.publisher();
    const hosts = target.args.filter((argument) => argument.startsWith('http://'));
    http = createHttpClient({ hosts, allowLocal: true, clock });
    const checked = validateStreamJob(manifest({ sinks: [{ name: 'under-test', ...target.sink }] }));
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const resolved = resolveDefaults(workerManifest(checked.job));
    const compiled = compilePipeline(resolved, {
      jobUid: 'u',
      streamCreated: '',
      secret: () => undefined,
      configMapText: () => undefined,
      maxPayloadBytes: 1_000_000,
    });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    pipeline = compiled.pipeline;
    [sink] = createSinks(resolved.spec.sinks, { publisher, http, clock }) as [Sink];
  });
  afterEach(async () => {
    await Promise.all([publisher.close(), http.close()]);
    await nats.close();
    await scene.end();
    await target.close();
  });

  function emissions(events: readonly object[]): Emission[] {
    const batch = events.map((one) => ({
      subject: 'src.a',
      payload: Buffer.from(JSON.stringify(one)),
      headers: { entries: [] },
      sequence: (sequence += 1),
      timestamp: '1763867965123456789',
      deliveries: 1,
    }));
    return pipeline.execute(batch).flatMap((outcome) => {
      if (outcome instanceof Promise || outcome.kind !== 'emit') throw new Error('no result');
      return outcome.emissions;
    });
  }

  /** The verdicts in order; fails when one comes inside `publish`, or twice. */
  async function publish(events: readonly object[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    let inside = true;
    let left = events.length;
    sink.publish(emissions(events), (index, verdict) => {
      if (inside || verdicts[index] !== undefined) reject(new Error(`inside publish, or twice: ${index}`));
      verdicts[index] = verdict;
      if ((left -= 1) === 0) resolve(undefined);
    });
    inside = false;
    await promise;
    // Whatever came twice would come soon after.
    await new Promise((later) => setTimeout(later, 100));
    return verdicts;
  }

  const events = (count: number): object[] => Array.from({ length: count }, (_, id) => ({ id, origin: 'o' }));

  test('one verdict for each, after `publish` returned, whatever it is', async () => {
    const mixed = events(120).map((one, id) => (id % 40 === 7 ? { ...one, blob: 'x'.repeat(3000) } : one));
    const verdicts = await publish(mixed);
    expect(verdicts.map(({ kind: is }) => is)).toEqual(mixed.map((one) => ('blob' in one ? 'own' : 'stored')));
    await target.fail();
    const failed = await publish(events(120));
    expect(failed.filter((one) => one.kind !== 'destination' || one.reason !== kind.failing.reason)).toEqual([]);
  });

  test('what is stored is there before the verdict comes', async () => {
    for (let id = 0; id < 3; id += 1) {
      const [verdict] = await publish([{ id, origin: 'o' }]);
      expect([verdict?.kind, await target.ids()]).toEqual(['stored', events(id + 1).map((_one, index) => index)]);
    }
  });

  test('nothing at all is answered by nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    sink.publish([], () => {
      resolve('a verdict');
    });
    const silence = new Promise((later) => setTimeout(later, 200, 'silence'));
    expect(await Promise.race([promise, silence])).toBe('silence');
  });
});
