import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { createProgress, ensureBinaries, versions } from '@streamjob/hack';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CASES, QUICK_CASES, SYNC_CASES } from './cases.ts';
import { cpuRatios, regressions, TOLERANCE, type Baseline } from './compare.ts';
import { openStable } from './contestants.ts';
import { canCountInstructions } from './instructions.ts';
import { type Context } from './measures/context.ts';
import { latency } from './measures/latency.ts';
import { memory } from './measures/memory.ts';
import { scale } from './measures/scale.ts';
import { startUp } from './measures/start-up.ts';
import { throughput } from './measures/throughput.ts';
import { ratiosOf } from './ratios.ts';
import { type Results } from './results.ts';
import { markdown, plain } from './table.ts';
import { tablesOf } from './tables.ts';

type Options = {
  only?: Measure[];
  rounds?: number;
  quick?: boolean;
  markdown?: boolean;
  minutes: number;
  out: string;
  worker?: string;
  list?: boolean;
  check?: boolean;
  writeBaseline?: boolean;
};

const MEASURES = {
  throughput: 'naive loop, worker and raw passthrough at three sizes and two selectivities',
  sync: 'the same on a server that calls fsync after every write',
  latency: 'from an event to its result, at 10, 50 and 80 % of the maximum',
  'start-up': 'from the start of the process to the first pull',
  memory: 'resident memory at rest, at full speed, with a full target; --minutes for a long run',
  scale: 'many light workers on one stream, on one consumer and on several',
} as const;
type Measure = keyof typeof MEASURES;
const NAMES = Object.keys(MEASURES) as Measure[];
const MICRO = ['test/bench/pipeline.ts', 'test/bench/expressions.ts', 'test/bench/nats.ts', 'test/bench/lookups.ts'];

const BASELINE = join(import.meta.dirname, 'baseline.json');
const ROUNDS = 5;
const QUICK_ROUNDS = 3;

const command = new Command('npm run bench --')
  .description('Measures the worker beside the naive loop and raw passthrough, in turns, on one nats-server.')
  .addOption(new Option('--only <measures...>', 'measure these alone').choices(NAMES))
  .option('--rounds <number>', `rounds of each; ${ROUNDS}, or ${QUICK_ROUNDS} with --quick`, parsePositive)
  .option('--quick', 'fewer cases, shorter rounds')
  .option('--markdown', 'print tables for docs/performance.md')
  .option('--minutes <number>', 'length of the long run of memory', parsePositive, 0)
  .option('--out <file>', 'where the results go as JSON', 'dist/bench.json')
  .option('--worker <folder>', 'measure the bundle in this folder instead of building one')
  .option('--list', 'tell what can be measured')
  .option('--check', 'run the quick throughput and fail when a CPU ratio fell by more than a quarter')
  .option('--write-baseline', "run the quick throughput and keep its CPU ratios as the next check's baseline")
  .parse();
const options = command.opts<Options>();

if (options.list === true) list();
else if (options.check === true || options.writeBaseline === true) await check(options.writeBaseline === true);
else await bench();

function list(): void {
  for (const name of NAMES) print(`${name.padEnd(12)}${MEASURES[name]}`);
  print(`Without a server, each by itself: ${MICRO.map((file) => `node ${file}`).join(', ')}`);
}

async function bench(): Promise<void> {
  const results = await measured(options.only ?? NAMES, options.quick === true);
  report(results);
  print(`All of it, round by round: ${options.out}`);
}

async function check(isWriting: boolean): Promise<void> {
  const results = await measured(['throughput'], true, ROUNDS);
  report(results);
  const now: Baseline = Object.fromEntries(
    (results.throughput ?? []).map((result) => [result.name, cpuRatios(ratiosOf(result))]),
  );
  if (isWriting) writeFileSync(BASELINE, `${JSON.stringify(now, rounded, 2)}\n`);
  const fallen = regressions(JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline, now);
  for (const { name, ratio, was, is } of fallen)
    print(`${name}: ${ratio} fell from ${was} to ${is?.toFixed(3) ?? 'nothing'}`);
  const verdict = fallen.length === 0 ? 'No CPU ratio fell' : `${fallen.length} CPU ratios fell`;
  print(`${verdict} by more than ${TOLERANCE * 100} % from ${BASELINE}.`);
  process.exitCode = fallen.length === 0 ? 0 : 1;
}

async function measured(names: readonly Measure[], quick: boolean, rounds?: number): Promise<Results> {
  const progress = createProgress();
  const machine = describeMachine();
  const startedAt = new Date().toISOString();
  await ensureBinaries(['nats-server'], progress);
  const stable = await openStable(options.worker);
  const context: Context = {
    stable,
    progress,
    quick,
    rounds: options.rounds ?? rounds ?? (quick ? QUICK_ROUNDS : ROUNDS),
  };
  const has = (name: Measure): boolean => names.includes(name);
  try {
    const results: Results = {
      machine,
      startedAt,
      rounds: context.rounds,
      ...(has('throughput') && { throughput: await throughput(quick ? QUICK_CASES : CASES, context) }),
      ...(has('sync') && { sync: await throughput(SYNC_CASES, context) }),
      ...(has('latency') && { latency: await latency(context) }),
      ...(has('start-up') && { startUp: await startUp(context) }),
      ...(has('memory') && { memory: await memory(context, options.minutes) }),
      ...(has('scale') && { scale: await scale(context) }),
    };
    mkdirSync(dirname(options.out), { recursive: true });
    writeFileSync(options.out, `${JSON.stringify(results, null, 2)}\n`);
    return results;
  } finally {
    stable.close();
  }
}

function report(results: Results): void {
  const { cores, model, node, natsServer, loadBefore } = results.machine;
  print(
    `${cores} cores of ${model}, Node ${node}, nats-server ${natsServer}, ${results.rounds} rounds; load before ${loadBefore}`,
  );
  for (const table of tablesOf(results)) print(`\n${options.markdown === true ? markdown(table) : plain(table)}`);
  print('');
}

function describeMachine(): Results['machine'] {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    natsServer: versions.natsServer,
    loadBefore: Number(loadavg()[0]?.toFixed(1)),
    countsInstructions: canCountInstructions(),
  };
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(3)) : value;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
