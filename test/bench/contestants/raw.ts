/** Raw passthrough as a process. Its argument is the options as JSON; it prints its counts when it is asked to stop. */
import { writeSync } from 'node:fs';
import { Passthrough, type PassthroughOptions } from '../raw/passthrough.ts';

const passthrough = new Passthrough(JSON.parse(process.argv[2] ?? '{}') as PassthroughOptions);
process.on('SIGTERM', () => {
  writeSync(1, `${JSON.stringify(passthrough.counts)}\n`);
  process.exit(0);
});
passthrough.start();
