import { Command, Option } from 'commander';
import { createProgress } from '../progress.ts';
import { runStages } from './run.ts';
import { stageNames, type StageName } from './stages.ts';
import { closingLine, table } from './summary.ts';

type Options = { only?: StageName; withoutCluster?: boolean; keepCluster?: boolean };

const command = new Command('npm test --')
  .description('Sets up what the tests need, runs them all, and removes what it started.')
  .addOption(new Option('--only <stage>', 'run one stage alone').choices(stageNames))
  .option(
    '--without-cluster',
    'leave out what needs a whole cluster, and say so, instead of failing where none can be had',
  )
  .option('--keep-cluster', 'take the test cluster that is there and leave it up, for quick runs while developing')
  .argument('[patterns...]', 'run only test files whose path matches one of these')
  .parse();

const { only, withoutCluster, keepCluster } = command.opts<Options>();
const results = await runStages({
  ...(only === undefined ? {} : { only }),
  withoutCluster: withoutCluster === true,
  keepCluster: keepCluster === true,
  patterns: command.args,
  progress: createProgress(),
});
console.log(`\n${table(results)}\n\n${closingLine(results)}`);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
