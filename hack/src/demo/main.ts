import { Command, InvalidArgumentError } from 'commander';
import { createProgress } from '../progress.ts';
import { countFlights } from './flights.ts';
import { runDemo } from './run.ts';

const DEFAULT_MESSAGES = 200_000;

const command = new Command('npm start --')
  .description(
    'Brings up a Kubernetes cluster with NATS JetStream and the operator, applies examples/flights/long-delays.yaml, ' +
      'replays US flight records into its stream, and compares every result with the file.',
  )
  .option('--messages <number>', 'how many flights to replay', positiveInteger, DEFAULT_MESSAGES)
  .option('--all', 'replay every flight of the file (3,000,000)')
  .option('--image <image>', 'node image, where the cluster is made with kind')
  .parse();

const options = command.opts<{ messages: number; all?: boolean; image?: string }>();
const progress = createProgress();
const abort = new AbortController();
process.once('SIGINT', () => {
  abort.abort(new Error('interrupted; run npm start again, or npm run stop to remove what it made'));
});

try {
  const limit = await countFlights();
  const messages = options.all === true ? limit : Math.min(limit, options.messages);
  const { image } = options;
  process.exitCode = (await runDemo({
    messages,
    progress,
    signal: abort.signal,
    ...(image === undefined ? {} : { image }),
  }))
    ? 0
    : 1;
} catch (error) {
  progress.say(`\nnpm start failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function positiveInteger(text: string): number {
  const value = Number(text.replaceAll(/[,_]/g, ''));
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('it must be a whole number above 0, such as 200000.');
  return value;
}
