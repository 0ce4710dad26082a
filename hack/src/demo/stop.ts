import { Command } from 'commander';
import { clusterDown, DEFAULT_CLUSTER } from '../cluster/index.ts';
import { createProgress } from '../progress.ts';

new Command('npm run stop')
  .description('Removes everything that npm start made, except what it built for later runs.')
  .parse();

const progress = createProgress();
if (!(await clusterDown(DEFAULT_CLUSTER, progress))) progress.say('there was nothing to remove');
