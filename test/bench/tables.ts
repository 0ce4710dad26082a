import { CONTESTANTS, type ContestantName } from './contestants.ts';
import { type LatencyResult } from './measures/latency.ts';
import { type MemoryResult } from './measures/memory.ts';
import { type Sample } from './measures/sample.ts';
import { type ScaleResult } from './measures/scale.ts';
import { type StartUpResult } from './measures/start-up.ts';
import { type CaseResult } from './measures/throughput.ts';
import { onTopUs, ratiosOf } from './ratios.ts';
import { GOROUTINES, type Goroutine } from './server-profile.ts';
import { type Results } from './results.ts';
import { median, spread } from './statistics.ts';
import { type Table } from './table.ts';

const TITLES: Readonly<Record<ContestantName, string>> = {
  naive: 'naive loop',
  worker: 'worker',
  raw: 'raw passthrough',
};

/** Medians of all rounds. */
export function tablesOf(results: Results): Table[] {
  const { throughput, sync, latency, startUp, memory, scale } = results;
  const cases = [...(throughput ?? []), ...(sync ?? [])];
  return [
    ...(cases.length === 0 ? [] : [speedTable(cases), ratioTable(cases)]),
    ...(latency === undefined ? [] : [latencyTable(latency)]),
    ...(startUp === undefined ? [] : [startUpTable(startUp)]),
    ...(memory === undefined ? [] : [memoryTable(memory)]),
    ...(scale === undefined ? [] : [scaleTable(scale), ...profileTable(scale)]),
  ];
}

function speedTable(cases: readonly CaseResult[]): Table {
  return {
    title: 'Throughput and CPU per message',
    head: ['message, selected', 'contestant', 'k msg/s', 'client µs', 'server µs', '± of both', 'client instructions'],
    rows: cases.flatMap(({ name, samples, ownUs }) => [
      ...CONTESTANTS.map((each) => [name, TITLES[each], ...costs(samples[each]), instructions(samples[each])]),
      [name, "the job's own work", '', fixed(median(ownUs)), '', '', ''],
    ]),
  };
}

function costs(samples: readonly Sample[]): string[] {
  const of = (value: (sample: Sample) => number): number => median(samples.map(value));
  return [
    fixed(of(({ messagesPerSecond }) => messagesPerSecond / 1000)),
    fixed(of(({ clientUs }) => clientUs)),
    fixed(of(({ serverUs }) => serverUs)),
    percent(spread(samples.map(({ clientUs, serverUs }) => clientUs + serverUs))),
  ];
}

function instructions(samples: readonly Sample[]): string {
  const counts = samples.flatMap((sample) => sample.instructions ?? []);
  return counts.length === 0 ? 'not to be had here' : Math.round(median(counts)).toLocaleString('en-US');
}

function ratioTable(cases: readonly CaseResult[]): Table {
  return {
    title: 'The worker against the others (medians of the ratios of each round)',
    head: [
      'message, selected',
      'speed × naive',
      'speed × raw',
      'client CPU × naive',
      'client CPU × raw',
      'all CPU × naive',
      'all CPU × raw',
      'µs on top of the job',
    ],
    rows: cases.map((each) => {
      const ratios = ratiosOf(each);
      return [
        each.name,
        fixed(ratios.speedVsNaive),
        fixed(ratios.speedVsRaw, 2),
        fixed(ratios.clientCpuVsNaive),
        fixed(ratios.clientCpuVsRaw, 2),
        fixed(ratios.totalCpuVsNaive),
        fixed(ratios.totalCpuVsRaw, 2),
        fixed(onTopUs(each)),
      ];
    }),
  };
}

function latencyTable({ maximum, rows }: LatencyResult): Table {
  return {
    title: `Latency in milliseconds, 300 B; the worker's maximum with producer and observer beside it is ${thousands(maximum)} k msg/s`,
    head: ['contestant, load', 'asked k msg/s', 'seen k msg/s', 'p50', 'p99', 'p99.9', 'missing'],
    rows: rows.map(({ contestant, load, rate, rounds }) => [
      `${TITLES[contestant]}, ${percent(load)}`,
      thousands(rate),
      thousands(median(rounds.map(({ perSecond }) => perSecond))),
      ...(['p50', 'p99', 'p999'] as const).map((name) => fixed(median(rounds.map((round) => round[name])), 2)),
      String(rounds.reduce((sum, { missing }) => sum + missing, 0)),
    ]),
  };
}

function startUpTable({ pullMs, readyMs, nodeMs }: StartUpResult): Table {
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    Math.round(median(values)).toString(),
    Math.round(Math.max(...values)).toString(),
  ];
  return {
    title: 'Start-up in milliseconds, from the start of the process',
    head: ['until', 'median', 'longest'],
    rows: [
      row('the first pull reaches the server', pullMs),
      row('/readyz says yes', readyMs),
      row('an empty Node program ends', nodeMs),
    ],
  };
}

function memoryTable({ atRestBytes, underLoadBytes, stalledBytes, stalledInFlight, long }: MemoryResult): Table {
  const rows = [
    ['at rest', megabytes(atRestBytes)],
    ['at full speed, the most', megabytes(underLoadBytes)],
    [`target full, ${stalledInFlight.toLocaleString('en-US')} messages in hand, the most`, megabytes(stalledBytes)],
  ];
  if (long !== undefined) {
    const { minutes, messages, earlyBytes, lateBytes } = long;
    rows.push([`early in ${minutes} minutes at full speed`, megabytes(earlyBytes)]);
    rows.push([`at their end, after ${messages.toLocaleString('en-US')} messages`, megabytes(lateBytes)]);
  }
  return { title: 'Resident memory of a worker', head: ['when', 'MB'], rows };
}

const WORK = { deliver: 'deliver', ack: 'deliver, ack', copy: 'deliver, store the copy, ack' } as const;

function scaleTable({ rows }: ScaleResult): Table {
  return {
    title: 'Light workers on one stream, 300 B',
    head: ['what the server does', 'workers', 'consumers', 'k msg/s', 'workers µs', 'server µs', '±', 'pulls per 1000'],
    rows: rows.map(({ work, workers, consumers, samples, pullsPerThousand }) => [
      WORK[work],
      String(workers),
      String(consumers),
      ...costs(samples),
      fixed(median(pullsPerThousand), 2),
    ]),
  };
}

/** What one goroutine takes for a message tells how many it could pass on a core of its own. */
function profileTable({ profile }: ScaleResult): Table[] {
  if (profile === undefined) return [];
  const { serverUs, shares } = profile;
  const rows = (Object.keys(GOROUTINES) as Goroutine[]).map((name) => {
    const us = shares[name] * serverUs;
    return [GOROUTINES[name], percent(shares[name]), fixed(us), us > 0 ? Math.round(1000 / us).toString() : ''];
  });
  const head = ['goroutine', 'share', 'µs per message', 'k msg/s if it had a core'];
  return [{ title: "Where the server's time goes: 4 workers, one consumer, copies stored", head, rows }];
}

const fixed = (value: number, digits = 1): string => value.toFixed(digits);
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const thousands = (value: number): string => fixed(value / 1000);
const megabytes = (bytes: number): string => fixed(bytes / 1024 / 1024);
