import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventually } from './harness/eventually.ts';
import { manifest } from './harness/jobs.ts';
import { openScene, type Scene } from './harness/scene.ts';

jest.setTimeout(400_000);

const JOB = 'watched';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('kubectl');
  await Promise.all([scene.stream('in'), scene.stream('out')]);
});

afterAll(() => scene.close());

/** kubectl in the scene's namespace; `input` goes to its standard input. */
function kubectl(args: string, input?: object): Promise<string> {
  const options = input === undefined ? {} : { input: JSON.stringify(input) };
  return scene.cluster.kubectl([...args.split(' '), '-n', scene.namespace], options);
}

const job = (over: object = {}, name = JOB): object => manifest(scene.namespace, name, 'kubectl-in', over);

/** Words of the first line, and of the one about the job. */
async function columns(args: string): Promise<{ titles: string[]; cells: string[] }> {
  const [first = '', second = ''] = (await kubectl(args)).split('\n');
  return { titles: first.split(/\s{2,}/), cells: second.split(/\s{2,}/) };
}

describe('kubectl', () => {
  test('apply --dry-run=server checks and keeps nothing', async () => {
    expect(await kubectl('apply --dry-run=server -f -', job())).toContain('created (server dry run)');
    expect(await kubectl('get sj --ignore-not-found')).toBe('');
    await expect(kubectl('apply --dry-run=server -f -', job({ replicas: -1 }))).rejects.toThrow(/spec\.replicas/);
    await expect(kubectl('apply --dry-run=server -f -', job({ nonsense: 1 }))).rejects.toThrow(/spec\.nonsense/);
  });

  test('apply, then wait for Ready', async () => {
    await kubectl('apply -f -', job());
    expect(await kubectl(`wait sj/${JOB} --for=condition=Ready --timeout=120s`)).toContain('condition met');
    await eventually(
      'nothing is left to do',
      async () => (await scene.jobs.condition(JOB, 'Reconciling')) === undefined,
    );
  });

  test('get shows state, size, lag and age, and wide more', async () => {
    const { titles, cells } = await columns('get sj');
    expect(titles).toEqual(['NAME', 'READY', 'PHASE', 'REPLICAS', 'LAG', 'AGE']);
    expect(cells.slice(0, 5)).toEqual([JOB, 'True', 'Running', '1', '0']);
    const wide = await columns('get sj -o wide');
    expect(wide.titles).toEqual([...titles, 'RATE', 'REASON']);
    expect(wide.cells.at(-1)).toBe('Running');
    expect(await kubectl('get streaming -o name')).toBe(`streamjob.streamjobs.dev/${JOB}\n`);
  });

  test('explain tells of every field', async () => {
    const { cluster } = scene;
    const source = await cluster.kubectl(['explain', 'sj.spec.source']);
    expect(source).toContain('jetstream');
    expect(source).toMatch(/Where messages come from/);
    const all = await cluster.kubectl(['explain', 'sj.spec', '--recursive']);
    for (const field of [
      'suspend',
      'replicas',
      'deletionPolicy',
      'startFrom',
      'redact',
      'when',
      'deadLetter',
      'worker',
    ]) {
      expect(all).toContain(field);
    }
  });

  test('describe shows conditions and events', async () => {
    const text = await kubectl(`describe sj ${JOB}`);
    expect(text).toContain('all workers are ready');
    expect(text).toContain('ConsumerCreated');
    expect(text).toContain('RolloutStarted');
  });

  test('scale changes the number of workers', async () => {
    await kubectl(`scale sj/${JOB} --replicas=2`);
    await scene.jobs.untilWorkers(JOB, 2);
    await eventually('the status tells', async () => (await columns('get sj')).cells[3] === '2');
    await kubectl(`scale sj/${JOB} --replicas=1`);
    await scene.jobs.untilWorkers(JOB, 1);
  });

  test('apply --server-side by others owns the spec, and never collides with the operator', async () => {
    const args = 'apply --server-side -f - --field-manager';
    const gitOps = job({ suspend: false }, 'managed');
    await kubectl(`${args}=git-ops`, gitOps);
    await scene.jobs.until('managed', 'Ready', 'True', 'Running');
    const { metadata } = await scene.jobs.get('managed');
    await kubectl(`${args}=git-ops`, gitOps);
    await expect(kubectl(`${args}=other`, job({ suspend: true }, 'managed'))).rejects.toThrow(/conflict/);
    const owners = metadata.managedFields?.filter(({ subresource }) => subresource === undefined) ?? [];
    const operatorOwns = owners.find(({ manager }) => manager === 'streamjob-operator')?.fieldsV1;
    expect(JSON.stringify(operatorOwns ?? {})).not.toContain('f:spec');
  });

  test.each([
    { what: 'stream', patch: { source: { jetstream: { stream: 'another' } } }, told: /stream is immutable/ },
    { what: 'connection', patch: { connection: 'default' }, told: /connection is immutable/ },
    {
      what: 'startFrom',
      patch: { source: { jetstream: { startFrom: { policy: 'New' } } } },
      told: /startFrom is immutable/,
    },
  ])('patch can’t change the $what', async ({ patch, told }) => {
    const text = JSON.stringify({ spec: patch });
    const args = ['patch', 'sj', JOB, '-n', scene.namespace, '--type=merge', '-p', text];
    await expect(scene.cluster.kubectl(args)).rejects.toThrow(told);
  });

  test('rollout status of the Deployment, and logs of the workers, are there for people', async () => {
    expect(await kubectl(`rollout status deploy/${JOB}-worker`)).toContain('successfully rolled out');
    const log = await kubectl(`logs -l streamjobs.dev/job=${JOB} --tail=-1`);
    for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: expect.anything() });
  });
});
