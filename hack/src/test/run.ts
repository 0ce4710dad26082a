import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../binaries/index.ts';
import { type Progress } from '../progress.ts';
import { checks } from './checks.ts';
import { inherit, ROOT } from './spawn.ts';
import { selectStages, type Stage, type StageName } from './stages.ts';
import { type StageResult } from './summary.ts';
import { withCluster } from './with-cluster.ts';

export type TestOptions = {
  readonly only?: StageName;
  readonly withoutCluster: boolean;
  /** Leave the cluster up for the next run. */
  readonly keepCluster: boolean;
  readonly patterns: readonly string[];
  readonly progress: Progress;
};

type Counts = Pick<StageResult, 'passed' | 'failed' | 'skipped'> & { note?: string };

/** Runs the stages one after another; one that fails does not keep the next from running. */
export async function runStages(options: TestOptions): Promise<StageResult[]> {
  const results: StageResult[] = [];
  for (const stage of selectStages(options.only)) {
    const started = performance.now();
    options.progress.say(`\n── ${stage.title}`);
    const counts = await runStage(stage, options);
    results.push({ stage: stage.name, ...counts, seconds: (performance.now() - started) / 1000 });
  }
  return results;
}

async function runStage(stage: Stage, options: TestOptions): Promise<Counts> {
  if (stage.needsCluster && options.withoutCluster) {
    return { passed: 0, failed: 0, skipped: 1, note: 'left out, as --without-cluster says' };
  }
  try {
    await ensureBinaries(stage.binaries, options.progress);
    if (stage.name === 'checks') return await checks();
    const run = (env: Record<string, string>): Promise<Counts> => runProjects(stage, options.patterns, env);
    return await (stage.needsCluster ? withCluster(options.progress, options.keepCluster, run) : run({}));
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    options.progress.say(`could not run the ${stage.title}: ${note}`);
    return { passed: 0, failed: 1, skipped: 0, note: note.split('\n')[0] ?? '' };
  }
}

async function runProjects(
  { projects }: Stage,
  patterns: readonly string[],
  env: Record<string, string>,
): Promise<Counts> {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const [project, workers] of Object.entries(projects)) {
    const { passed, failed, skipped } = await jest(project, workers, patterns, env);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

type JestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
};

async function jest(
  project: string,
  workers: number,
  patterns: readonly string[],
  env: Record<string, string>,
): Promise<Counts> {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-test-'));
  try {
    const report = join(dir, 'report.json');
    const args = ['--selectProjects', project, '--maxWorkers', String(workers), '--json', '--outputFile', report];
    const filter = patterns.length > 0 ? ['--passWithNoTests', '--testPathPatterns', ...patterns] : [];
    const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const code = await inherit(
      process.execPath,
      [...node, join(ROOT, 'node_modules/jest/bin/jest.js'), ...args, ...filter],
      env,
    );
    return countsOf(JSON.parse(readFileSync(report, 'utf8')) as JestReport, code);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A test file that could not even be loaded, or a run that fails for another reason, counts as a failure. */
function countsOf(report: JestReport, code: number): Counts {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests,
  };
}
