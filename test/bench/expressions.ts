/**
 * How fast compiled expressions are, beside the same in JavaScript by hand and beside an interpreter of CEL. Run it
 * with `node test/bench/expressions.ts`. Each figure is the median of five rounds.
 */
import { parse } from '@marcbachmann/cel-js';
import { compileExpression, compileTemplate, type MessageView } from '@streamjob/expressions';

type Flight = {
  readonly amount: number;
  readonly country: string;
  readonly delay: number;
  readonly tags: readonly string[];
};

const ROUNDS = 5;
const ROUND_MS = 300;
const COUNTRIES = ['AT', 'DE', 'CH', 'FR', 'IT', 'US', 'GB', 'JP'];

const message: MessageView = { subject: 'flights.LAX', headers: {}, time: 0, sequence: 1, deliveries: 1 };
const events: readonly Flight[] = Array.from({ length: 1024 }, (_, index) => ({
  amount: (index * 37) % 2000,
  country: COUNTRIES[index % COUNTRIES.length] ?? '',
  delay: (index * 13) % 180,
  tags: ['a', 'b', index % 2 === 0 ? 'late' : 'c'],
}));

type Case = {
  readonly name: string;
  readonly source: string;
  readonly native: (event: Flight) => unknown;
  /** The interpreter has no mixed arithmetic and no RE2. */
  readonly isInterpreted: boolean;
};

const cases: readonly Case[] = [
  {
    name: 'filter',
    source: 'event.amount > 1000.0 && event.country in ["AT", "DE", "CH"]',
    native: (event) =>
      event.amount > 1000 && (event.country === 'AT' || event.country === 'DE' || event.country === 'CH'),
    isInterpreted: true,
  },
  { name: 'compare', source: 'event.delay > 60.0', native: (event) => event.delay > 60, isInterpreted: true },
  { name: 'calculate', source: 'event.delay / 60', native: (event) => event.delay / 60, isInterpreted: false },
  {
    name: 'join texts',
    source: 'event.country + "-" + event.tags[0]',
    native: (event) => `${event.country}-${event.tags[0] ?? ''}`,
    isInterpreted: true,
  },
  {
    name: 'macro',
    source: 'event.tags.exists(tag, tag == "late")',
    native: (event) => event.tags.some((tag) => tag === 'late'),
    isInterpreted: true,
  },
  {
    name: 'pattern',
    source: 'event.country.matches("^[A-D]")',
    native: (event) => /^[A-D]/.test(event.country),
    isInterpreted: false,
  },
  {
    name: 'missing field',
    source: 'event.missing > 1.0 || event.delay >= 0.0',
    native: (event) => event.delay >= 0,
    isInterpreted: true,
  },
];

/** Millions of calls a second. */
function speed(run: (event: Flight) => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    let calls = 0;
    let truthy = 0;
    const started = performance.now();
    while (performance.now() - started < ROUND_MS) {
      for (const event of events) if (run(event) === true) truthy++;
      calls += events.length;
    }
    const elapsedMs = performance.now() - started;
    return truthy >= 0 ? calls / elapsedMs / 1000 : 0;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function compiled(source: string): (event: Flight) => unknown {
  const result = compileExpression(source, 'any');
  if (!result.ok) throw new Error(result.problem.explained);
  const { evaluate } = result;
  return (event) => evaluate(event, message);
}

function row(name: string, ours: number, native: number, interpreted: number | undefined): string {
  const shown = interpreted === undefined ? '-' : `${interpreted.toFixed(1)} (${(ours / interpreted).toFixed(1)} x)`;
  const ratio = `${((100 * ours) / native).toFixed(0)} %`;
  return [
    name.padEnd(14),
    ours.toFixed(1).padStart(8),
    native.toFixed(1).padStart(8),
    ratio.padStart(8),
    shown.padStart(16),
  ].join(' ');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

print('M ops/s        compiled   native    share  interpreted (we are)');
for (const { name, source, native, isInterpreted } of cases) {
  const interpreter = parse(source);
  const interpret = (event: Flight): unknown => interpreter({ event }) as unknown;
  print(row(name, speed(compiled(source)), speed(native), isInterpreted ? speed(interpret) : undefined));
}

const template = compileTemplate('alerts.${event.country}', 'subject');
if (template.ok) {
  const { render } = template;
  print(
    row(
      'subject',
      speed((event) => render(event, message)),
      speed((event) => `alerts.${event.country}`),
      undefined,
    ),
  );
}
